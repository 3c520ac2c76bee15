/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decisions that stand over sleeps. User space may say of a task: until it has used up the
 * slice that it gets, put it back by the same decision whenever it wakes. Such a wake-up
 * costs no record, and waits for nobody. If the decision also preempts, the task takes its
 * CPU from one that is not protected, which goes back to its place in the queue with what
 * is left of its slice.
 */
#ifndef JLAND_STANDING_H
#define JLAND_STANDING_H

/* Who has less than this left is decided on anew, ns. */
#define LEFT_MIN_NS 250000

/* A callback that inserts a task takes no longer than this, ns. */
#define INSERT_NS 5000

/*
 * Task @p is about to be inserted in the shared DSQ, which becomes true only after this
 * callback: a CPU that idles before that has seen nothing. Partner: jland_update_idle().
 */
static __always_inline void wake_idle_for_insert(struct task_struct *p, u64 now)
{
	/* Before the look at nr_idle: a full barrier. */
	__sync_lock_test_and_set(&standing_at, now);
	if (READ_ONCE(nr_idle))
		wake_cpu_for(p, -1);
}

/*
 * Task @p woke and no CPU idles. Does its last decision stand? The state of another CPU is
 * racy: at worst one that should not is interrupted once.
 */
static bool insert_standing(struct task_struct *p, struct task_ctx *tctx, u64 now, u64 enq_flags)
{
	struct cpu_ctx *c = cpu_ctx(task_cpu(p));
	u64 wait_ns;

	if (!(enq_flags & SCX_ENQ_WAKEUP) || !tctx->stands ||
	    tctx->run_delta + LEFT_MIN_NS >= tctx->slice)
		return false;
	tctx->left = tctx->slice - tctx->run_delta;
	if (preempt_used_ns && may_preempt(c, now, &wait_ns)) {
		if (!tctx->preempts || wait_ns)
			return false;
		c->asked = true;
		c->interrupted = true;
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, tctx->left,
				   enq_flags | KENUM(scx_enq_flags, SCX_ENQ_PREEMPT));
		this_stats()->nr_standing++;
		this_stats()->nr_interrupts++;
		trace_step(pid_id(p), JL_STEP_STANDING, task_cpu(p), 0);
		return true;
	}
	/* Its place moves on with the clock. */
	scx_bpf_dsq_insert_vtime(p, SHARED_DSQ, tctx->left, now + (tctx->vtime - tctx->enq_ts),
				 enq_flags);
	this_stats()->nr_standing++;
	trace_step(pid_id(p), JL_STEP_STANDING, JL_CPU_ANY, 0);
	wake_idle_for_insert(p, now);
	return true;
}

/* Task @p leaves CPU @c after @ran, runnable: was it interrupted by insert_standing()? */
static __always_inline void note_interrupted(struct cpu_ctx *c, struct task_ctx *tctx, u64 ran)
{
	tctx->left = tctx->left > ran ? tctx->left - ran : 0;
	tctx->interrupted = c->interrupted;
	c->interrupted = false;
}

/* Task @p was interrupted: back to its place, which was decided when it was last. */
static bool insert_interrupted(struct task_struct *p, struct task_ctx *tctx, u64 now, u64 enq_flags)
{
	if (!tctx->interrupted)
		return false;
	tctx->interrupted = false;
	if ((enq_flags & SCX_ENQ_WAKEUP) || tctx->left < LEFT_MIN_NS)
		return false;
	scx_bpf_dsq_insert_vtime(p, SHARED_DSQ, tctx->left, tctx->vtime, enq_flags);
	this_stats()->nr_kernel_dispatches++;
	trace_step(pid_id(p), JL_STEP_RULE, JL_CPU_ANY, 0);
	wake_idle_for_insert(p, now);
	return true;
}

#endif /* JLAND_STANDING_H */
