// SPDX-License-Identifier: GPL-2.0-only
/*
 * jland's BPF backend: catches scheduling events, tells user space of the tasks
 * that want a CPU, and carries out its decisions. There is no policy here beyond
 * what keeps the machine safe. The callbacks stand in the order of a task's life.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "intf.h"
#include "shim.h"
#include "state.h"
#include "trace.h"
#include "custody.h"
#include "idle.h"
#include "use.h"
#include "bypass.h"
#include "standing.h"

char _license[] SEC("license") = "GPL";

#define STRUCT_OPS(name, args...)	    SEC("struct_ops/" #name) BPF_PROG(name, ##args)
#define STRUCT_OPS_SLEEPABLE(name, args...) SEC("struct_ops.s/" #name) BPF_PROG(name, ##args)

static __always_inline bool is_own(const struct task_struct *p)
{
	return p->tgid == sched_tgid;
}

static __always_inline bool is_sched_thread(const struct task_struct *p)
{
	return p->pid == sched_pid && is_own(p);
}

static __always_inline bool is_runnable(const struct task_struct *p)
{
	return p->scx.flags & SCX_TASK_QUEUED;
}

static __always_inline bool is_kthread(const struct task_struct *p)
{
	return p->flags & PF_KTHREAD;
}

/* Kernel threads that the scheduler itself may be waiting for: they never wait for it. */
static bool is_critical_kthread(const struct task_struct *p)
{
	if (!is_kthread(p))
		return false;
	return p->nr_cpus_allowed == 1 || (p->flags & (PF_KSWAPD | PF_KCOMPACTD)) ||
	       !__builtin_memcmp(p->comm, "khugepaged", 10);
}

static bool decisions_wait(void)
{
	struct dispatched_ring *ring;
	u32 zero = 0;

	ring = bpf_map_lookup_elem(&dispatched, &zero);
	return ring && READ_ONCE(ring->head) != READ_ONCE(ring->tail);
}

/*
 * Does a decided task wait that @cpu would take? Who idles does not @believe the words of
 * use.h; others do, and see whom they missed the next time.
 */
static __always_inline bool decided_wait(s32 cpu, bool believe)
{
	if (believe ? shared_dsq_holds_tasks() : scx_bpf_dsq_nr_queued(SHARED_DSQ) > 0)
		return true;
	if ((!believe || READ_ONCE(cpus_use)) && scx_bpf_dsq_nr_queued(cpu))
		return true;
	if ((!believe || READ_ONCE(own_use)) && scx_bpf_dsq_nr_queued(OWN_DSQ))
		return true;
	if (READ_ONCE(bypass_used) && (rescues_wait() || scx_bpf_dsq_nr_queued(BYPASS_DSQ)))
		return true;
	return nr_llcs > 1 && scx_bpf_dsq_nr_queued(LLC_DSQ(cpu_llc[cpu & (JL_MAX_CPUS - 1)]));
}

/* Is the scheduler thread needed, and ready to run? If it sleeps or is stopped no CPU can help. */
static bool scheduler_waits(void)
{
	return sched_needed() && scx_bpf_dsq_nr_queued(SCHED_DSQ);
}

/*
 * Nobody waits for this CPU: no decided task, and none that user space still has to decide.
 * Who is in the local DSQ comes before a wakee in any case, and there is one wakee for each
 * waker.
 */
static __always_inline bool nobody_waits(s32 cpu)
{
	return !sched_needed() && !decisions_wait() && !decided_wait(cpu, true);
}

/*
 * A synchronous wakeup: the waker is about to sleep. If nobody else waits for its
 * CPU, the wakee takes its place there with what is left of its slice. An interrupt
 * wakes in the name of whom it interrupts, who is not about to sleep: who has run for
 * long does not count as a waker.
 */
static bool hand_off(struct task_struct *p, u64 wake_flags)
{
	struct task_struct *waker = (void *)bpf_get_current_task_btf();
	s32 cpu = bpf_get_smp_processor_id();
	u64 ran, slice;

	if (!(wake_flags & KENUM(scx_wake_flags, SCX_WAKE_SYNC)) || is_kthread(waker) ||
	    is_own(waker) || !is_runnable(waker))
		return false;
	ran = now_ns() - cpu_ctx(cpu)->start_ts;
	if (ran > HAND_OFF_NS || cpu_ctx(cpu)->handed_off ||
	    !bpf_cpumask_test_cpu(cpu, p->cpus_ptr) || !nobody_waits(cpu))
		return false;
	/* The kernel charges the waker at its ticks only. */
	slice = waker->scx.slice;
	scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, slice > ran ? slice - ran : 1, 0);
	cpu_ctx(cpu)->handed_off = true;
	this_stats()->nr_handoffs++;
	trace_step(pid_id(p), JL_STEP_HANDOFF, cpu, 0);
	return true;
}

/*
 * Two tasks that take turns, as over a pipe: the waker sleeps at once, as it usually does.
 * On one CPU they are faster than on two, and where they are once they would stay: so it
 * does not depend on which CPU was idle when they began.
 */
static bool is_ping_pong(u64 wake_flags)
{
	struct task_ctx *waker;

	if (!(wake_flags & KENUM(scx_wake_flags, SCX_WAKE_SYNC)))
		return false;
	waker = task_ctx((void *)bpf_get_current_task_btf());
	return waker && waker->burst && waker->burst < PING_PONG_NS;
}

/*
 * Called when a task wakes, before it is enqueued, to choose the run queue. Not for
 * tasks bound to one CPU, nor where the kernel queues a remote wakeup.
 */
s32 STRUCT_OPS(jland_select_cpu, struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	bool is_idle = false;
	s32 cpu;

	if (is_sched_thread(p))
		return prev_cpu;
	if (READ_ONCE(nr_idle) && !is_own(p) && is_ping_pong(wake_flags) && hand_off(p, wake_flags))
		return bpf_get_smp_processor_id();
	if (numa_local) {
		cpu = take_idle_cpu(p, prev_cpu);
		is_idle = cpu >= 0;
	} else if (READ_ONCE(nr_idle)) {
		cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);
	}
	if (is_idle) {
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, slice_ns, 0);
		this_stats()->nr_kernel_dispatches++;
		trace_step(pid_id(p), JL_STEP_FAST, cpu, 0);
		return cpu;
	}
	if (!is_own(p) && hand_off(p, wake_flags))
		return bpf_get_smp_processor_id();
	return prev_cpu;
}

/* Scheduled by the BPF side: in the local DSQ, or in one that every CPU looks at. */
static void dispatch_by_rule(struct task_struct *p, u64 dsq_id, u64 enq_flags)
{
	if (dsq_id == OWN_DSQ)
		use_dsq(&own_use);
	else if (dsq_id == SHARED_DSQ)
		use_shared_dsq();
	if (dsq_id == SCX_DSQ_LOCAL)
		scx_bpf_dsq_insert(p, dsq_id, slice_ns, enq_flags);
	else
		scx_bpf_dsq_insert_vtime(p, dsq_id, slice_ns, p->scx.dsq_vtime, enq_flags);
	this_stats()->nr_kernel_dispatches++;
	trace_step(pid_id(p), JL_STEP_RULE, dsq_id == SCX_DSQ_LOCAL ? task_cpu(p) : JL_CPU_ANY, 0);
	/* The kernel itself wakes a CPU for its local DSQ. */
	if (dsq_id != SCX_DSQ_LOCAL)
		wake_cpu_for(p, -1);
}

/*
 * A kernel thread that we may be waiting for takes its CPU from a task that has used much, as
 * a wake-up whose decision preempts does: who is woken next for this CPU waits behind it.
 */
static void dispatch_critical(struct task_struct *p, u64 enq_flags)
{
	struct cpu_ctx *c = cpu_ctx(task_cpu(p));
	u64 wait_ns;

	if (preempt_used_ns && (enq_flags & SCX_ENQ_WAKEUP) && may_preempt(c, now_ns(), &wait_ns) &&
	    !wait_ns) {
		enq_flags |= interrupt(c);
		this_stats()->nr_preempts++;
	}
	dispatch_by_rule(p, SCX_DSQ_LOCAL, enq_flags);
}

/*
 * A thread of ours woke, or the scheduler thread itself with something to decide: all wait for
 * it, maybe. Whoever has used much gives way.
 */
static __noinline void preempt_for_own(struct task_struct *p, u64 enq_flags)
{
	struct cpu_ctx *c = cpu_ctx(task_cpu(p));
	u64 wait_ns;

	if (!preempt_used_ns || !(enq_flags & SCX_ENQ_WAKEUP))
		return;
	/* An idle CPU that it may use has been told. */
	if (READ_ONCE(nr_idle) && p->nr_cpus_allowed >= (s32)nr_cpu_ids)
		return;
	if (!may_preempt(c, now_ns(), &wait_ns) || wait_ns)
		return;
	interrupt(c);
	this_stats()->nr_preempts++;
	scx_bpf_kick_cpu(task_cpu(p), SCX_KICK_PREEMPT);
}

/* What never waits for user space. Returns false if @p is a task for user space. */
static bool enqueue_by_rule(struct task_struct *p, u64 enq_flags)
{
	if (is_sched_thread(p)) {
		/* At the end of the queue: ops.dispatch runs it when there is something to decide. */
		scx_bpf_dsq_insert(p, SCHED_DSQ, READ_ONCE(bypass) ? bypass_slice_ns : slice_ns,
				   enq_flags);
		if (sched_needed()) {
			wake_cpu_for(p, -1);
			preempt_for_own(p, enq_flags);
		}
		return true;
	}
	if (is_critical_kthread(p)) {
		dispatch_critical(p, enq_flags);
		return true;
	}
	if (is_own(p)) {
		/* First on whichever CPU looks: the scheduler may wait for it, at a safepoint say. */
		dispatch_by_rule(p, OWN_DSQ, enq_flags);
		preempt_for_own(p, enq_flags);
		return true;
	}
	return false;
}

/* A wakeup whose CPU ops.select_cpu did not choose may still find an idle CPU. */
static bool enqueue_on_idle_cpu(struct task_struct *p, u64 enq_flags)
{
	u64 selected = KENUM(scx_enq_flags, SCX_ENQ_CPU_SELECTED);
	s32 cpu;

	if (!READ_ONCE(nr_idle))
		return false;
	if (!(enq_flags & SCX_ENQ_WAKEUP) || (selected && (enq_flags & selected)))
		return false;
	cpu = take_idle_cpu(p, task_cpu(p));
	if (cpu < 0)
		return false;
	scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL_ON | cpu, slice_ns, enq_flags);
	this_stats()->nr_kernel_dispatches++;
	trace_step(pid_id(p), JL_STEP_RULE, cpu, 0);
	wake_cpu(cpu);
	return true;
}

/*
 * Called when a task wants a CPU and was not dispatched by ops.select_cpu: it woke
 * and no CPU idles, its slice ended, it yielded, or it was moved.
 */
void STRUCT_OPS(jland_enqueue, struct task_struct *p, u64 enq_flags)
{
	struct task_ctx *tctx;
	u32 flags = 0;
	u64 now;

	if (enqueue_by_rule(p, enq_flags))
		return;
	tctx = task_ctx(p);
	if (!tctx) {
		dispatch_by_rule(p, SHARED_DSQ, enq_flags);
		return;
	}
	/* It was moved while user space had it: the old record is void. */
	cancel_custody(p, tctx);
	if (enqueue_on_idle_cpu(p, enq_flags))
		return;

	now = now_ns();
	if (READ_ONCE(bypass)) {
		bypass_insert(p, tctx, now, enq_flags);
		return;
	}
	if (insert_standing(p, tctx, now, enq_flags) || insert_interrupted(p, tctx, now, enq_flags))
		return;
	if (tctx->yielded && insert_yielded(p, tctx, now, enq_flags))
		return;
	if (enq_flags & SCX_ENQ_WAKEUP) {
		flags |= JL_TASK_WAKEUP;
		if (request_preemption(task_cpu(p), now))
			flags |= JL_TASK_PREEMPT;
	}
	if (!enter_custody(p, tctx, now, flags)) {
		this_stats()->nr_sched_congested++;
		bypass_insert(p, tctx, now, enq_flags);
		return;
	}
	watch_custody(now);
	trace_event("queued pid=%d comm=%s flags=%x", p->pid, p->comm, flags);
	/* Rare: it became idle just now, or may not run the task; it can run the scheduler. */
	if (READ_ONCE(nr_idle))
		wake_for_scheduler(p);
}

/*
 * The DSQ that decision @d names. Counts and mends what the task may not do. All comparisons
 * are unsigned: narrowing a signed one to {-2, -1} trips a check of the verifier of 6.17 and
 * 6.18, which then warns in dmesg.
 */
static u64 decided_dsq(struct task_struct *p, const struct dispatched_task *d, s32 *cpu)
{
	u32 named = d->cpu, llc = JL_CPU_LLC - named;

	*cpu = -1;
	if (named == (u32)JL_CPU_ANY)
		return SHARED_DSQ;
	if (named < nr_cpu_ids) {
		if (cpu_ctx(named)->online && bpf_cpumask_test_cpu(named, p->cpus_ptr)) {
			*cpu = named;
			return named;
		}
		this_stats()->nr_bounce_dispatches++;
		return SHARED_DSQ;
	}
	if (llc >= nr_llcs)
		this_stats()->nr_failed_dispatches++;
	/* Where there is one LLC only nobody looks at its DSQ. */
	else if (nr_llcs > 1 && p->nr_cpus_allowed >= (s32)nr_cpu_ids)
		return LLC_DSQ(llc);
	return SHARED_DSQ;
}

/* The slice that decision @d gives. Counts and mends one that no policy can mean. */
static u64 decided_slice(const struct dispatched_task *d)
{
	u64 slice = d->slice_ns ?: slice_ns;

	if (slice <= max_slice_ns)
		return slice;
	this_stats()->nr_failed_dispatches++;
	return max_slice_ns;
}

static __noinline void cancel_insert(struct task_struct *p, struct task_ctx *tctx, u64 word)
{
	scx_bpf_dispatch_cancel();
	cancel_word(p, tctx, word);
}

/*
 * Is the insert of @p just made bound to another enqueue than the one that @word is of?
 * Then the task was dequeued, and perhaps jland_enqueue() is about to be called, which has
 * not touched the word yet. Cancels the insert.
 */
static __always_inline bool is_bound_elsewhere(struct task_struct *p, struct task_ctx *tctx,
					       u64 word)
{
	if (enqueue_nr(p) == tctx->enq_nr)
		return false;
	cancel_insert(p, tctx, word);
	return true;
}

/* Who carries out a burst of decisions: looked up once for all of them. */
struct drain {
	s32 cpu;	     /* the CPU that it is for: it takes a task next */
	struct cpu_stats *s; /* of the CPU that this runs on, which may be a sibling's */
	struct cpu_ctx *c;
};

static __always_inline struct drain drain_for(s32 cpu)
{
	u32 here = bpf_get_smp_processor_id();

	return (struct drain){.cpu = cpu, .s = cpu_stats(here), .c = cpu_ctx(here)};
}

/* Like wake_cpu_for(). The CPU @drains looks for a task after this anyhow, and needs no kick. */
static __always_inline void wake_other_for(struct task_struct *p, s32 cpu, s32 drains)
{
	if (cpu < 0 && p->nr_cpus_allowed == 1)
		cpu = task_cpu(p);
	if (cpu != drains && (cpu >= 0 || READ_ONCE(nr_idle)))
		wake_cpu_for(p, cpu);
}

/*
 * Carry out one decision. The id is checked before the insert, the kernel's number of
 * the enqueue after it, and then the custody word is taken: what happens to the task in
 * between makes one of them fail, and what happens later is the kernel's to notice.
 */
static __always_inline void carry_out(const struct dispatched_task *d, const struct drain *by)
{
	struct cpu_stats *s = by->s;
	u64 word = custody_of(d->id), dsq_id, slice;
	struct task_struct *p;
	struct task_ctx *tctx;
	s32 cpu;

	p = bpf_task_from_pid(d->id >> JL_GEN_BITS);
	if (!p) {
		s->nr_cancel_dispatches++;
		trace_step(d->id, JL_STEP_STALE, d->cpu, 0);
		return;
	}
	tctx = task_ctx(p);
	if (!tctx || READ_ONCE(tctx->custody) != word) {
		s->nr_cancel_dispatches++;
		trace_step(d->id, JL_STEP_STALE, d->cpu, 0);
		goto out_release;
	}
	dsq_id = decided_dsq(p, d, &cpu);
	if (cpu >= 0)
		use_dsq(&cpus_use);
	else
		use_shared_dsq();
	slice = decided_slice(d);
	scx_bpf_dsq_insert_vtime(p, dsq_id, slice, d->vtime, 0);
	if (is_bound_elsewhere(p, tctx, word)) {
		s->nr_cancel_dispatches++;
		trace_step(d->id, JL_STEP_STALE, d->cpu, 0);
		goto out_release;
	}
	if (__sync_val_compare_and_swap(&tctx->custody, word, word & ~1ULL) != word) {
		scx_bpf_dispatch_cancel();
		s->nr_cancel_dispatches++;
		trace_step(d->id, JL_STEP_STALE, d->cpu, 0);
		goto out_release;
	}
	stats_begin(s);
	left_custody(s, by->c);
	s->nr_user_dispatches++;
	stats_end(s);
	trace_step(d->id, JL_STEP_INSERTED, d->cpu, d->cpu >= 0 && cpu < 0 ? JL_INSERT_BOUNCED : 0);
	tctx->vtime = d->vtime;
	tctx->cookie = d->cookie;
	tctx->slice = slice;
	tctx->shared = dsq_id == SHARED_DSQ;
	tctx->protect = d->flags & JL_DISPATCH_PROTECT;
	tctx->stands = (d->flags & JL_DISPATCH_STANDING) && d->cpu == JL_CPU_ANY;
	tctx->preempts = d->flags & JL_DISPATCH_PREEMPT;
	tctx->stands_yields = (d->flags & JL_DISPATCH_STANDING_YIELDS) && d->cpu == JL_CPU_ANY;
	trace_event("dispatched pid=%d cpu=%d vtime=%llu", p->pid, d->cpu, d->vtime);
	if ((d->flags & JL_DISPATCH_PREEMPT) && cpu >= 0) {
		cpu_ctx(cpu)->asked = true;
		scx_bpf_kick_cpu(cpu, SCX_KICK_PREEMPT);
	} else {
		wake_other_for(p, cpu, by->cpu);
	}
out_release:
	bpf_task_release(p);
}

/* Carry out a decision of ours, in the same order: see carry_out(). */
static void carry_out_rescue(const struct rescue *r, const struct drain *by)
{
	u64 word = custody_of(r->id);
	struct cpu_stats *s = by->s;
	struct task_struct *p;
	struct task_ctx *tctx;

	p = bpf_task_from_pid(r->id >> JL_GEN_BITS);
	if (!p)
		return;
	tctx = task_ctx(p);
	/* User space, or the task's end, was faster. */
	if (!tctx || READ_ONCE(tctx->custody) != word)
		goto out_release;
	scx_bpf_dsq_insert_vtime(p, BYPASS_DSQ, bypass_slice_ns, r->vtime, 0);
	if (is_bound_elsewhere(p, tctx, word))
		goto out_release;
	if (__sync_val_compare_and_swap(&tctx->custody, word, word & ~1ULL) != word) {
		scx_bpf_dispatch_cancel();
		goto out_release;
	}
	stats_begin(s);
	left_custody(s, by->c);
	s->nr_custody_cancels++;
	stats_end(s);
	s->nr_rescues++;
	s->nr_bypass_dispatches++;
	tctx->protect = false;
	tctx->slice = 0;
	trace_step(r->id, JL_STEP_CANCELLED, JL_CPU_ANY, 0);
	trace_step(pid_id(p), JL_STEP_RULE, JL_CPU_ANY, 0);
	wake_other_for(p, -1, by->cpu);
out_release:
	bpf_task_release(p);
}

/* Take back what the watch has found, as much as there is room for. */
__noinline bool drain_rescues(s32 cpu)
{
	struct drain by = drain_for(cpu);
	u64 head, tail;
	u32 i = 0, n;

	if (!rescues_wait() || __sync_val_compare_and_swap(&drain_lock, 0, 1))
		return false;
	tail = rescue_tail;
	/* Partner: look_at(). */
	head = load_acquire(&rescue_head);
	n = scx_bpf_dispatch_nr_slots();
	if (n > head - tail)
		n = head - tail;
	for_range(i, n)
	{
		struct rescue r = rescues[(tail + i) & (RESCUE_SLOTS - 1)];

		carry_out_rescue(&r, &by);
	}
	store_release(&rescue_tail, tail + n);
	store_release(&drain_lock, 0);
	return true;
}

/* Carry out all decisions there is room for, unless another CPU is at it: then false. */
__noinline bool drain_decisions(s32 cpu)
{
	struct dispatched_ring *ring;
	struct drain by;
	u32 zero = 0, i = 0, n;
	u64 head, tail;

	ring = bpf_map_lookup_elem(&dispatched, &zero);
	if (!ring || load_acquire(&ring->head) == READ_ONCE(ring->tail))
		return false;
	if (__sync_val_compare_and_swap(&drain_lock, 0, 1))
		return false;
	by = drain_for(cpu);
	tail = ring->tail;
	/* Partner of DispatchedRing.publish(): the slots below head are written. */
	head = load_acquire(&ring->head);
	if (head - tail > dispatched_slots) {
		by.s->nr_ring_errors++;
		store_release(&ring->tail, head);
		goto out_unlock;
	}
	n = scx_bpf_dispatch_nr_slots();
	if (n > head - tail)
		n = head - tail;
	for_range(i, n)
	{
		u64 off = (tail + i) & (dispatched_slots - 1);
		struct dispatched_task *slot =
			(void *)(ring + 1) + off * sizeof(struct dispatched_task);
		/* Each word once: user space may change what was checked. */
		struct dispatched_task d = {
			.id = READ_ONCE(slot->id),
			.slice_ns = READ_ONCE(slot->slice_ns),
			.vtime = READ_ONCE(slot->vtime),
			.cookie = READ_ONCE(slot->cookie),
			.cpu = READ_ONCE(slot->cpu),
			.flags = READ_ONCE(slot->flags),
		};

		carry_out(&d, &by);
	}
	by.s->nr_drains++;
	store_release(&ring->tail, tail + n);
out_unlock:
	store_release(&drain_lock, 0);
	return true;
}

/* Which of two DSQs has the earlier vtime at its head; both hold tasks. */
static bool first_is_earlier(u64 first, u64 second)
{
	struct task_struct *p, *q;
	u64 vtime;

	if (!has_ksym(scx_bpf_dsq_peek))
		return bpf_get_prandom_u32() & 1;
	p = scx_bpf_dsq_peek(first);
	if (!p)
		return false;
	vtime = p->scx.dsq_vtime;
	q = scx_bpf_dsq_peek(second);
	return !q || (s64)(vtime - q->scx.dsq_vtime) <= 0;
}

/* Take the next decided task for @cpu: its own DSQ, its LLC's, the shared one, by vtime. */
static __always_inline bool take_by_vtime(s32 cpu)
{
	u64 llc_dsq = LLC_DSQ(cpu_llc[cpu & (JL_MAX_CPUS - 1)]);
	bool own_dsq = READ_ONCE(cpus_use);
	u32 llc = 0;

	if (own_dsq && scx_bpf_dsq_nr_queued(cpu) &&
	    (!scx_bpf_dsq_nr_queued(SHARED_DSQ) || first_is_earlier(cpu, SHARED_DSQ)) &&
	    dsq_move_to_local(cpu))
		return true;
	if (nr_llcs > 1 && scx_bpf_dsq_nr_queued(llc_dsq) &&
	    (!scx_bpf_dsq_nr_queued(SHARED_DSQ) || first_is_earlier(llc_dsq, SHARED_DSQ)) &&
	    dsq_move_to_local(llc_dsq))
		return true;
	if (dsq_move_to_local(SHARED_DSQ) || (own_dsq && dsq_move_to_local(cpu)))
		return true;
	if (nr_llcs <= 1)
		return false;
	/* Before it idles, a CPU helps its own LLC, then the others. */
	if (dsq_move_to_local(llc_dsq))
		return true;
	for_range(llc, nr_llcs)
	{
		if (dsq_move_to_local(LLC_DSQ(llc)))
			return true;
	}
	return false;
}

/*
 * The other threads of our process come first: the scheduler may wait for one, at a
 * safepoint say. But the machine does not wait for what they do for longer.
 */
static __always_inline bool take_own_or_by_vtime(s32 cpu)
{
	bool own = READ_ONCE(own_use) && scx_bpf_dsq_nr_queued(OWN_DSQ);
	struct cpu_ctx *c = cpu_ctx(cpu);

	if (own && c->own_ran < OWN_FIRST_NS && dsq_move_to_local(OWN_DSQ))
		return true;
	c->own_ran = 0;
	return take_by_vtime(cpu) || (own && dsq_move_to_local(OWN_DSQ));
}

/* The same where it is rare: in line it would cost every dispatch registers to save. */
__noinline bool take_decided(s32 cpu)
{
	return take_own_or_by_vtime(cpu);
}

static __always_inline bool move_scheduler(void)
{
	if (!dsq_move_to_local(SCHED_DSQ))
		return false;
	WRITE_ONCE(ctl.nr_waiting, scx_bpf_dsq_nr_queued(SHARED_DSQ));
	return true;
}

/* The scheduler thread gets this CPU if it has something to decide. */
static __always_inline bool run_scheduler(void)
{
	return sched_needed() && move_scheduler();
}

/*
 * The slice of @prev has ended, and others wait. It is told to user space only when this
 * dispatch is over: the scheduler thread runs first, and decides whether @prev comes before
 * the others; else the first of them would, whatever its place. Not if it ran for less than
 * DECIDE_AFTER_NS, or yielded; and not twice in a row: @prev may be one that the kernel, or a
 * rule, puts back on this CPU before anybody is asked.
 */
static __noinline bool decide_on(const struct task_struct *prev, s32 cpu)
{
	u64 ran = now_ns() - cpu_ctx(cpu)->start_ts;

	return !is_own(prev) && !cpu_ctx(cpu)->interrupted && ran >= DECIDE_AFTER_NS &&
	       !has_yielded(prev, cpu_ctx(cpu), ran) && decided_wait(cpu, true) && move_scheduler();
}

/*
 * Take the next task that user space decided, or that the bypass did. These orders know
 * nothing of each other: they take turns.
 */
static bool take_decided_or_bypassed(struct cpu_ctx *c, s32 cpu)
{
	if (c->turn++ & 1)
		return dsq_move_to_local(BYPASS_DSQ) || take_decided(cpu);
	return take_decided(cpu) || dsq_move_to_local(BYPASS_DSQ);
}

/*
 * What this CPU runs next. The scheduler thread before the decided tasks if it is in a
 * hurry, but not time and again: what it says of itself may be wrong.
 */
static __always_inline bool take_next(s32 cpu, const struct task_struct *prev)
{
	struct cpu_ctx *c = cpu_ctx(cpu);

	if (prev && is_runnable(prev) && !c->decided_on && decide_on(prev, cpu)) {
		c->decided_on = true;
		return true;
	}
	c->decided_on = false;
	if (sched_urgent() && c->sched_turns < MAX_SCHED_TURNS && run_scheduler()) {
		c->sched_turns++;
		return true;
	}
	c->sched_turns = 0;
	return take_own_or_by_vtime(cpu) || run_scheduler();
}

/*
 * The same while bypass_used. In a bypass the scheduler thread and the tasks take turns,
 * so that it can come back and nobody waits for that.
 */
__noinline bool take_next_in_bypass(s32 cpu)
{
	struct cpu_ctx *c = cpu_ctx(cpu);
	bool urgent;

	if (READ_ONCE(bypass))
		urgent = c->turn & 2;
	else
		urgent = sched_urgent() && c->sched_turns < MAX_SCHED_TURNS;
	if (urgent && run_scheduler()) {
		c->sched_turns++;
		c->turn += 2;
		return true;
	}
	c->sched_turns = 0;
	return take_decided_or_bypassed(c, cpu) || run_scheduler();
}

/* The running task keeps @cpu for another slice. It may be asked to give way anew. */
static __always_inline void go_on(struct task_struct *prev, s32 cpu, u64 slice)
{
	task_set_slice(prev, slice);
	cpu_ctx(cpu)->asked = false;
	cpu_ctx(cpu)->wanted = false;
	cpu_ctx(cpu)->interrupted = false;
	cpu_ctx(cpu)->slice = 0;
	this_stats()->nr_refills++;
}

/*
 * Called when a CPU has nothing in its local DSQ; @prev is what ran until now, or
 * NULL. Also the last look before the CPU idles.
 */
void STRUCT_OPS(jland_dispatch, s32 cpu, struct task_struct *prev)
{
	bool drained = drain_decisions(cpu), rescued = false, found;
	/* True while a bypass lasts, so one look is enough. Who idles looks again. */
	bool used = READ_ONCE(bypass_used);

	if (used) {
		if (READ_ONCE(bypass))
			look_for_user_space();
		rescued = drain_rescues(cpu);
		found = take_next_in_bypass(cpu);
	} else {
		found = take_next(cpu, prev);
	}
	/* Another CPU may have drained, or queued, meanwhile. */
	if (!found && decisions_wait()) {
		drained |= drain_decisions(cpu);
		found = used ? take_decided_or_bypassed(cpu_ctx(cpu), cpu) : take_decided(cpu);
	}
	/* Partner: jland_update_idle(). The moves above made the inserts visible. */
	if ((drained || rescued) && READ_ONCE(nr_idle) &&
	    (scx_bpf_dsq_nr_queued(SHARED_DSQ) || scx_bpf_dsq_nr_queued(BYPASS_DSQ)))
		wake_idle_cpus();
	/* Partner: retire_bypass_dsq(), which may have seen the DSQ before the moves. */
	if (rescued)
		__sync_lock_test_and_set(&bypass_used, 1);
	if (found)
		return;
	if (!prev || !is_runnable(prev))
		return;
	/* Nobody competes: the task goes on. The scheduler thread only if it is needed. */
	if (is_sched_thread(prev) ? sched_needed() : true)
		go_on(prev, cpu, used && READ_ONCE(bypass) ? bypass_slice_ns : slice_ns);
}

/* Called when a task gets a CPU. */
void STRUCT_OPS(jland_running, struct task_struct *p)
{
	s32 cpu = task_cpu(p);
	struct cpu_ctx *c = cpu_ctx(cpu);
	struct task_ctx *tctx;
	u64 now = now_ns();

	/* No event told of a CPU that was busy when the scheduler attached. */
	if (c->idle)
		mark_idle(cpu, false);
	c->start_ts = now;
	c->of_run = 0;
	c->slice = p->scx.slice;
	if (is_own(p)) {
		if (is_sched_thread(p)) {
			sched_cpu = cpu;
			sched_ran_at = now;
			this_stats()->nr_sched_runs++;
			trace_step(pid_id(p), JL_STEP_SCHED_IN, READ_ONCE(ctl.nr_waiting), 0);
		}
		return;
	}
	tctx = task_ctx(p);
	if (!tctx)
		return;
	if (tctx->slept) {
		tctx->exec_runtime = 0;
		tctx->slept = false;
	}
	tctx->start_ts = now;
	/* Who has never slept, as compilers do not, has shown early what it is. */
	c->used_before = tctx->exec_runtime + (tctx->burst ? 0 : preempt_used_ns / 4 * 3);
	c->preemptible = !is_kthread(p) && !tctx->protect;
	this_stats()->nr_running = 1;
}

/*
 * Called at each tick of a CPU that runs task @p, for those who woke and could not preempt it
 * yet. It may do so now that it has used preempt_used_ns: if it does not usually sleep before
 * that, or if they wait for this very CPU. If it is protected, that ends when it has used more
 * than preempt_used_ns and twice its usual burst.
 */
void STRUCT_OPS(jland_tick, struct task_struct *p)
{
	struct cpu_ctx *c = this_cpu_ctx();
	struct task_ctx *tctx;
	bool computes, here;
	u64 now, wait_ns;

	if (!preempt_used_ns || c->asked || is_own(p) || is_kthread(p))
		return;
	tctx = task_ctx(p);
	if (!tctx)
		return;
	now = now_ns();
	computes = !tctx->burst || tctx->burst >= preempt_used_ns;
	here = scx_bpf_dsq_nr_queued(SCX_DSQ_LOCAL) > 0;
	if (tctx->protect && tctx->burst &&
	    c->used_before + now - c->start_ts >= preempt_used_ns + 2 * tctx->burst) {
		tctx->protect = false;
		c->preemptible = true;
		computes = true;
		/* Who woke meanwhile has left no mark. */
		c->wanted =
			(READ_ONCE(own_use) && scx_bpf_dsq_nr_queued(OWN_DSQ)) || scheduler_waits();
	}
	if (!(here || (c->wanted && computes)) || !may_preempt(c, now, &wait_ns) || wait_ns)
		return;
	c->asked = true;
	this_stats()->nr_preempts++;
	task_set_slice(p, 0);
}

/* Called when a task leaves its CPU; @runnable is false if it goes to sleep. */
void STRUCT_OPS(jland_stopping, struct task_struct *p, bool runnable)
{
	struct cpu_ctx *c = cpu_ctx(task_cpu(p));
	struct task_ctx *tctx;
	u64 now = now_ns(), ran;

	c->preemptible = false;
	if (is_own(p)) {
		ran = now - c->start_ts;
		if (is_sched_thread(p)) {
			this_stats()->sched_runtime += ran;
			c->sched_turns += ran / SCHED_TURN_NS;
			trace_step(pid_id(p), JL_STEP_SCHED_OUT, READ_ONCE(ctl.nr_held), 0);
		} else {
			c->own_ran += ran;
		}
		return;
	}
	this_stats()->nr_running = 0;
	tctx = task_ctx(p);
	if (!tctx)
		return;
	ran = now - tctx->start_ts;
	tctx->stop_ts = now;
	tctx->exec_runtime += ran;
	tctx->run_delta += ran;
	if (runnable) {
		tctx->interrupted = c->interrupted;
		tctx->yielded = has_yielded(p, c, ran);
	} else {
		tctx->burst = (tctx->burst * 3 + tctx->exec_runtime) >> 2;
		tctx->slept = true;
	}
}

/*
 * Called when a CPU enters or leaves its idle task. Partner of publish_record():
 * either it sees this CPU idle, or we see its record. Partner of jland_dispatch():
 * either it sees this CPU idle after its inserts, or we see the decided task. Partner of
 * wake_idle_for_insert(), whose insert becomes true a moment later: we look again then.
 */
void STRUCT_OPS(jland_update_idle, s32 cpu, bool idle)
{
	if (cpu_ctx(cpu)->idle != idle)
		mark_idle(cpu, idle);
	if (idle && (scheduler_waits() || decisions_wait() || decided_wait(cpu, false) ||
		     (s64)(now_ns() - READ_ONCE(standing_at)) < INSERT_NS))
		scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
}

/* Called when a task joins the class: at attach, or when its policy changes. */
void STRUCT_OPS(jland_enable, struct task_struct *p)
{
	struct task_ctx *tctx = task_ctx(p);

	if (tctx) {
		tctx->start_ts = 0;
		tctx->stop_ts = 0;
		tctx->vtime = 0;
		tctx->cookie = 0;
		tctx->slice = 0;
	}
}

/* Called when a task leaves the class. */
void STRUCT_OPS(jland_disable, struct task_struct *p)
{
	struct task_ctx *tctx = task_ctx(p);

	if (tctx)
		cancel_custody(p, tctx);
}

/* Called for every task at attach and at each fork; may sleep. */
s32 STRUCT_OPS_SLEEPABLE(jland_init_task, struct task_struct *p, struct scx_init_task_args *args)
{
	struct task_ctx *tctx;

	tctx = bpf_task_storage_get(&task_ctx_stor, p, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!tctx)
		return -ENOMEM;
	/* An object that is attached again finds what it knew of the task before. */
	__builtin_memset(tctx, 0, sizeof(*tctx));
	/* A recycled pid starts where its last owner can't have got to. */
	tctx->custody = (bpf_ktime_get_ns() & JL_GEN_MASK) << 1;
	return 0;
}

/* Called when a task is gone, for every task at detach too. */
void STRUCT_OPS(jland_exit_task, struct task_struct *p, struct scx_exit_task_args *args)
{
	struct task_ctx *tctx = task_ctx(p);

	if (!tctx)
		return;
	cancel_custody(p, tctx);
	if (want_exits && tctx->known)
		push_exit(p);
}

/*
 * A scheduler thread that waits in its DSQ of an idle machine would look stalled to
 * the kernel's watchdog: run it once in a while.
 */
static int beat(void *map, u32 *key, struct timer_slot *slot)
{
	look_for_starved();
	look_for_left_over();
	if (look_for_unused() || scx_bpf_dsq_nr_queued(SHARED_DSQ))
		kick_idle_cpus();
	if (now_ns() - sched_ran_at >= heartbeat_ns) {
		s32 idle = take_any_idle_cpu();

		__sync_fetch_and_or(&ctl.pending, JL_PENDING | JL_PENDING_NOW);
		__sync_fetch_and_add(&this_stats()->nr_heartbeats, 1);
		scx_bpf_kick_cpu(idle < 0 ? sched_cpu : idle, SCX_KICK_IDLE);
	}
	bpf_timer_start(&slot->timer, heartbeat_ns, 0);
	return 0;
}

static s32 start_timers(void)
{
	struct timer_slot *slot;
	u32 key = 0, cpu = 0;

	slot = bpf_map_lookup_elem(&heartbeat, &key);
	if (!slot || bpf_timer_init(&slot->timer, &heartbeat, CLOCK_MONOTONIC) ||
	    bpf_timer_set_callback(&slot->timer, beat) ||
	    bpf_timer_start(&slot->timer, heartbeat_ns, 0))
		return -EINVAL;
	slot = bpf_map_lookup_elem(&watch, &key);
	if (!slot || bpf_timer_init(&slot->timer, &watch, CLOCK_MONOTONIC) ||
	    bpf_timer_set_callback(&slot->timer, watch_over))
		return -EINVAL;
	for_range(cpu, nr_cpu_ids)
	{
		key = cpu;
		slot = bpf_map_lookup_elem(&protection, &key);
		if (!slot || bpf_timer_init(&slot->timer, &protection, CLOCK_MONOTONIC) ||
		    bpf_timer_set_callback(&slot->timer, protection_over))
			return -EINVAL;
	}
	return 0;
}

/* None goes off once this returns: a CPU that is in a callback is waited for. */
static void stop_timers(void)
{
	struct timer_slot *slot;
	u32 key = 0, cpu = 0;

	slot = bpf_map_lookup_elem(&heartbeat, &key);
	if (slot)
		bpf_timer_cancel(&slot->timer);
	slot = bpf_map_lookup_elem(&watch, &key);
	if (slot)
		bpf_timer_cancel(&slot->timer);
	for_range(cpu, nr_cpu_ids)
	{
		key = cpu;
		slot = bpf_map_lookup_elem(&protection, &key);
		if (slot)
			bpf_timer_cancel(&slot->timer);
	}
}

/* The scheduler thread has told its number; it must be a thread of ours. */
static s32 know_sched_thread(void)
{
	s32 pid = READ_ONCE(sched_tid), err = -EINVAL;
	struct task_struct *p = bpf_task_from_pid(pid);

	if (!p)
		return err;
	if (is_own(p)) {
		sched_pid = pid;
		tracing.sched_tid = pid;
		err = 0;
	}
	bpf_task_release(p);
	return err;
}

/* Called once, when the scheduler is attached. */
s32 STRUCT_OPS_SLEEPABLE(jland_init)
{
	const struct cpumask *online = scx_bpf_get_online_cpumask();
	u32 i = 0;
	s32 err = know_sched_thread();

	for_range(i, nr_cpu_ids)
	{
		if (err)
			continue;
		err = scx_bpf_create_dsq(i, -1);
		/* No event tells of a CPU that idles now; one that does not idle will tell. */
		if (bpf_cpumask_test_cpu(i, online)) {
			cpu_ctx(i)->online = true;
			mark_idle(i, true);
		}
	}
	scx_bpf_put_cpumask(online);
	if (err)
		return err;
	for_range(i, nr_llcs)
	{
		err = scx_bpf_create_dsq(LLC_DSQ(i), -1);
		if (err)
			return err;
	}
	err = scx_bpf_create_dsq(SHARED_DSQ, -1);
	if (err)
		return err;
	err = scx_bpf_create_dsq(SCHED_DSQ, -1);
	if (err)
		return err;
	err = scx_bpf_create_dsq(OWN_DSQ, -1);
	if (err)
		return err;
	err = scx_bpf_create_dsq(BYPASS_DSQ, -1);
	if (err)
		return err;
	sched_ran_at = bpf_ktime_get_ns();
	return start_timers();
}

/*
 * Called when the scheduler is detached, whatever the reason. User space may clear all
 * maps then and attach the same object again: see LoadedObject.clear().
 */
void STRUCT_OPS(jland_exit, struct scx_exit_info *ei)
{
	u32 zero = 0;
	char *dump;

	stop_timers();
	bpf_probe_read_kernel_str(exit_info.reason, sizeof(exit_info.reason), ei->reason);
	bpf_probe_read_kernel_str(exit_info.msg, sizeof(exit_info.msg), ei->msg);
	dump = bpf_map_lookup_elem(&exit_dump, &zero);
	if (dump && ei->dump)
		bpf_probe_read_kernel_str(dump, exit_dump_len, ei->dump);
	exit_info.exit_code = ei->exit_code;
	store_release(&exit_info.kind, ei->kind);
}

SEC(".struct_ops.link")
struct sched_ext_ops jland_ops = {
	.select_cpu = (void *)jland_select_cpu,
	.enqueue = (void *)jland_enqueue,
	.dispatch = (void *)jland_dispatch,
	.running = (void *)jland_running,
	.tick = (void *)jland_tick,
	.stopping = (void *)jland_stopping,
	.update_idle = (void *)jland_update_idle,
	.init_task = (void *)jland_init_task,
	.exit_task = (void *)jland_exit_task,
	.enable = (void *)jland_enable,
	.disable = (void *)jland_disable,
	.init = (void *)jland_init,
	.exit = (void *)jland_exit,
	.flags = SCX_OPS_KEEP_BUILTIN_IDLE | SCX_OPS_ENQ_LAST,
	.dispatch_max_batch = 64,
	.timeout_ms = 5000,
	.name = "jland",
};
