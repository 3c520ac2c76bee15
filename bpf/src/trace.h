/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records for who traces: ./jland trace. Off, a step costs a load and a branch.
 */
#ifndef JLAND_TRACE_H
#define JLAND_TRACE_H

static __always_inline u64 pid_id(const struct task_struct *p)
{
	return (u64)p->pid << JL_GEN_BITS;
}

/*
 * Write a record. The first that finds no room ends the tracing, so a tracer that
 * was killed costs nothing for long, and a recording has no gap but an end.
 */
static __noinline void write_step(u64 id, u32 step, s32 target, u32 flags)
{
	struct trace_record *r;
	u32 zero = 0;
	void *ring;

	ring = bpf_map_lookup_elem(&trace_sink, &zero);
	r = ring ? bpf_ringbuf_reserve(ring, sizeof(*r), 0) : NULL;
	if (!r) {
		WRITE_ONCE(tracing.on, 0);
		__sync_fetch_and_add(&tracing.nr_lost, 1);
		return;
	}
	r->ts = now_ns();
	r->id = id;
	r->target = target;
	r->cpu = bpf_get_smp_processor_id();
	r->step = step;
	r->flags = flags;
	/* Nobody waits: the tracer reads when it is done. */
	bpf_ringbuf_submit(r, BPF_RB_NO_WAKEUP);
}

#define trace_step(id, step, target, flags)                          \
	do {                                                         \
		if (READ_ONCE(tracing.on))                           \
			write_step((id), (step), (target), (flags)); \
	} while (0)

#endif /* JLAND_TRACE_H */
