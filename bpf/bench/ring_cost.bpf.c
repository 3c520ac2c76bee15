// SPDX-License-Identifier: GPL-2.0-only
/*
 * For RingCostVmTest, not shipped: what one record or decision costs on the kernel's
 * side, through the rings of the backend and through BPF's own. Each program times
 * its loop; an empty one tells what the loop itself takes.
 */
#pragma clang diagnostic ignored "-Wunused-function" /* custody.h has more than is needed */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "intf.h"
#include "shim.h"
#include "state.h"
#include "trace.h"
#include "custody.h"

char _license[] SEC("license") = "GPL";

#define BPF_MAP_TYPE_USER_RINGBUF 31

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} queued_ringbuf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 64 * 1024);
} dispatched_ringbuf SEC(".maps");

/* What a program is called with. */
struct ring_cost {
	u32 times;     /* turns of the loop: records, or drains */
	u32 per_drain; /* decisions in each drain */
	u64 done;      /* records or decisions that it moved */
	u64 ns;	       /* time of the loop */
};

static u64 sum;

/* Keeps a loop's counter, so that all loops take the same. */
#define use(i) asm volatile("" ::"r"(i))

/* As many bytes as fill_record() writes for a task that may run anywhere. */
static __always_inline void fill(struct queued_task *r, u32 i)
{
	r->id = i;
	r->enq_ts = i;
	r->start_ts = i;
	r->stop_ts = i;
	r->exec_runtime = i;
	r->run_delta = i;
	r->burst = i;
	r->vtime = i;
	r->cookie = i;
	r->cgroup_id = i;
	r->tgid = i;
	r->cpu = i;
	r->nr_cpus_allowed = i;
	r->weight = i;
	r->flags = i;
	r->kind = JL_KIND_TASK;
	__builtin_memset(r->comm, 'c', sizeof(r->comm));
}

static __always_inline void consume(const struct dispatched_task *d)
{
	sum += d->id + d->slice_ns + d->vtime + d->cookie + d->cpu + d->flags;
}

SEC("syscall")
int empty_loop(struct ring_cost *c)
{
	u64 start = bpf_ktime_get_ns();
	u32 i = 0;

	for_range(i, c->times)
	{
		use(i);
	}
	c->ns = bpf_ktime_get_ns() - start;
	return 0;
}

SEC("syscall")
int write_plain(struct ring_cost *c)
{
	u64 start = bpf_ktime_get_ns(), done = 0;
	struct queued_ring *ring;
	struct queued_task *r;
	u32 i = 0;

	for_range(i, c->times)
	{
		r = reserve_record(bpf_get_smp_processor_id(), &ring);
		if (!r)
			break;
		fill(r, i);
		publish_record(ring, 0, 0);
		done++;
	}
	c->ns = bpf_ktime_get_ns() - start;
	c->done = done;
	return 0;
}

SEC("syscall")
int write_ringbuf(struct ring_cost *c)
{
	u64 start = bpf_ktime_get_ns(), done = 0;
	struct queued_task *r;
	u32 i = 0;

	for_range(i, c->times)
	{
		r = bpf_ringbuf_reserve(&queued_ringbuf, sizeof(*r), 0);
		if (!r)
			break;
		fill(r, i);
		bpf_ringbuf_submit(r, BPF_RB_NO_WAKEUP);
		done++;
	}
	c->ns = bpf_ktime_get_ns() - start;
	c->done = done;
	return 0;
}

/* drain_decisions() of jland.bpf.c, with the decision summed up in place of carried out. */
static u32 drain_plain_once(u32 per_drain)
{
	struct dispatched_ring *ring;
	u32 zero = 0, i = 0, n;
	u64 head, tail;

	ring = bpf_map_lookup_elem(&dispatched, &zero);
	if (!ring || load_acquire(&ring->head) == READ_ONCE(ring->tail))
		return 0;
	if (__sync_val_compare_and_swap(&drain_lock, 0, 1))
		return 0;
	tail = ring->tail;
	head = load_acquire(&ring->head);
	if (head - tail > dispatched_slots) {
		store_release(&drain_lock, 0);
		return 0;
	}
	n = per_drain;
	if (n > head - tail)
		n = head - tail;
	for_range(i, n)
	{
		u64 off = (tail + i) & (dispatched_slots - 1);
		struct dispatched_task d =
			*(struct dispatched_task *)((void *)(ring + 1) +
						    off * sizeof(struct dispatched_task));

		consume(&d);
	}
	store_release(&ring->tail, tail + n);
	store_release(&drain_lock, 0);
	return n;
}

SEC("syscall")
int drain_plain(struct ring_cost *c)
{
	u64 start = bpf_ktime_get_ns(), done = 0;
	u32 i = 0;

	for_range(i, c->times)
	{
		use(i);
		done += drain_plain_once(c->per_drain);
	}
	c->ns = bpf_ktime_get_ns() - start;
	c->done = done;
	return 0;
}

/* Called by bpf_user_ringbuf_drain() for each decision; 1 ends the drain. */
static long take_one(struct bpf_dynptr *sample, u32 *room)
{
	struct dispatched_task *slot = bpf_dynptr_data(sample, 0, sizeof(*slot));

	if (slot) {
		struct dispatched_task d = *slot;

		consume(&d);
	}
	return --*room == 0;
}

SEC("syscall")
int drain_ringbuf(struct ring_cost *c)
{
	u64 start = bpf_ktime_get_ns(), done = 0;
	u32 i = 0;
	long n;

	for_range(i, c->times)
	{
		u32 room = c->per_drain;

		use(i);
		n = bpf_user_ringbuf_drain(&dispatched_ringbuf, take_one, &room, BPF_RB_NO_WAKEUP);
		if (n < 0)
			break;
		done += n;
	}
	c->ns = bpf_ktime_get_ns() - start;
	c->done = done;
	return 0;
}
