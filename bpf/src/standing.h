/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decisions that stand over sleeps and yields. User space may say of a task: until it has
 * used up the slice that it gets, put it back by the same decision whenever it wakes. Such a
 * wake-up costs no record, and waits for nobody. If the decision also preempts, the task
 * takes its CPU from one that is not protected, which goes back to its place in the queue
 * with what is left of its slice. Of its yields the same may be said: then it goes behind
 * all that wait.
 *
 * A task's slice and run_delta tell what is left: both restart with a record.
 */
#ifndef JLAND_STANDING_H
#define JLAND_STANDING_H

/* Who has less than this left is decided on anew, ns. */
#define LEFT_MIN_NS 250000

/* A callback that inserts a task takes no longer than this, most of the time, ns. */
#define INSERT_NS 5000

/* What is left of the slice that was decided on, if that is worth a turn; else 0. */
static __always_inline u64 slice_left(const struct task_ctx *tctx)
{
	if (tctx->slice < tctx->run_delta + LEFT_MIN_NS)
		return 0;
	return tctx->slice - tctx->run_delta;
}

/*
 * Task @p is about to be inserted in the shared DSQ, which becomes true only after this
 * callback: a CPU that idles before that has seen nothing. Partner: jland_update_idle(),
 * which looks twice. If both come too early, the heartbeat finds the task.
 */
static __always_inline void wake_idle_for_insert(struct task_struct *p, u64 now)
{
	s32 cpu;

	/* Before the look at nr_idle: a full barrier. */
	__sync_lock_test_and_set(&standing_at, now);
	if (!READ_ONCE(nr_idle))
		return;
	cpu = p->nr_cpus_allowed == 1 ? task_cpu(p) : take_idle_cpu(p, task_cpu(p));
	if (cpu >= 0)
		wake_cpu(cpu);
	else
		wake_idle_cpus();
}

/* Task @p woke and no CPU idles. Does its last decision stand? */
static bool insert_standing(struct task_struct *p, struct task_ctx *tctx, u64 now, u64 enq_flags)
{
	struct cpu_ctx *c = cpu_ctx(task_cpu(p));
	u64 left, wait_ns;
	bool preempt;

	if (!(enq_flags & SCX_ENQ_WAKEUP) || !tctx->stands)
		return false;
	left = slice_left(tctx);
	if (!left)
		return false;
	preempt = preempt_used_ns && may_preempt(c, now, &wait_ns);
	if (preempt && (!tctx->preempts || wait_ns))
		return false;
	/* Who waits for this very CPU, a kernel thread bound to it say, is not overtaken. */
	if (preempt && scx_bpf_dsq_nr_queued(SCX_DSQ_LOCAL_ON | task_cpu(p)))
		preempt = false;
	/* Its place moves on with the clock. */
	tctx->vtime += now - tctx->enq_ts;
	tctx->enq_ts = now;
	this_stats()->nr_standing++;
	trace_step(pid_id(p), JL_STEP_STANDING, preempt ? task_cpu(p) : JL_CPU_ANY, 0);
	if (preempt) {
		this_stats()->nr_interrupts++;
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, left, enq_flags | interrupt(c));
		return true;
	}
	use_shared_dsq();
	scx_bpf_dsq_insert_vtime(p, SHARED_DSQ, left, tctx->vtime, enq_flags);
	wake_idle_for_insert(p, now);
	return true;
}

/* Task @p was interrupted: see interrupt(). Back to its place in the shared DSQ. */
static bool insert_interrupted(struct task_struct *p, struct task_ctx *tctx, u64 now, u64 enq_flags)
{
	u64 left;

	if (!tctx->interrupted)
		return false;
	tctx->interrupted = false;
	left = slice_left(tctx);
	if ((enq_flags & SCX_ENQ_WAKEUP) || !tctx->shared || !left)
		return false;
	this_stats()->nr_kernel_dispatches++;
	trace_step(pid_id(p), JL_STEP_RULE, JL_CPU_ANY, 0);
	use_shared_dsq();
	scx_bpf_dsq_insert_vtime(p, SHARED_DSQ, left, tctx->vtime, enq_flags);
	wake_idle_for_insert(p, now);
	return true;
}

/*
 * Task @p, which has run on @c for @ran, has no slice any more. Did it give that up? A yield
 * sets it to 0, as who asks it to give way does.
 */
static __always_inline bool has_yielded(const struct task_struct *p, const struct cpu_ctx *c,
					u64 ran)
{
	return !p->scx.slice && !c->asked && ran + LEFT_MIN_NS < c->slice;
}

/*
 * The vtime of the last task in the shared DSQ, or @vtime if that is later or there is none.
 * Global: the verifier looks at it once.
 */
__noinline u64 last_vtime(u64 vtime)
{
	struct bpf_iter_scx_dsq it;
	struct task_struct *p;

	bpf_rcu_read_lock();
	bpf_iter_scx_dsq_new(&it, SHARED_DSQ, SCX_DSQ_ITER_REV);
	p = bpf_iter_scx_dsq_next(&it);
	if (p && (s64)(p->scx.dsq_vtime - vtime) > 0)
		vtime = p->scx.dsq_vtime;
	bpf_iter_scx_dsq_destroy(&it);
	bpf_rcu_read_unlock();
	return vtime;
}

/*
 * Task @p yielded, and its decision stands over that: behind all that wait in the shared DSQ,
 * with what is left of its slice. Of equal vtimes the kernel takes the one first that was
 * inserted first, so tasks that all yield take turns.
 */
static __noinline bool insert_yielded(struct task_struct *p, struct task_ctx *tctx, u64 now,
				      u64 enq_flags)
{
	u64 left;

	tctx->yielded = false;
	if ((enq_flags & SCX_ENQ_WAKEUP) || !tctx->stands_yields)
		return false;
	left = slice_left(tctx);
	if (!left)
		return false;
	this_stats()->nr_yields++;
	trace_step(pid_id(p), JL_STEP_STANDING, JL_CPU_ANY, 0);
	use_shared_dsq();
	scx_bpf_dsq_insert_vtime(p, SHARED_DSQ, left, last_vtime(tctx->vtime), enq_flags);
	wake_idle_for_insert(p, now);
	return true;
}

#endif /* JLAND_STANDING_H */
