/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The safety net: notices that user space is late, and schedules in its place until it
 * is not. New tasks then go to BYPASS_DSQ instead of custody, and those in custody are
 * taken back by decisions of our own, which stand in a ring that only we can see and are
 * carried out like those of user space: by the same check of the same custody word. So
 * a task is never dispatched twice, and a decision that user space makes later is stale.
 *
 *	             late for stall_ns, the watch sees it
 *	   .-----------------------------------------------------.
 *	   |                                                     v
 *	NORMAL                                                BYPASS
 *	   ^                                                     |
 *	   '-----------------------------------------------------'
 *	      a turn of user space's loop is over (nr_bursts moved)
 *
 * In both, a task that is in custody for more than hold_ns is taken back alone: the
 * policy has forgotten it.
 */
#ifndef JLAND_BYPASS_H
#define JLAND_BYPASS_H

#define RESCUE_SLOTS 4096 /* a power of 2 */

/* Heavy use since the last sleep puts a task back by no more than this, ns. */
#define BYPASS_LAG_NS 100000000ULL

/* The watch looks this often while it waits for stall_ns. */
#define WATCH_PARTS 4

/* In a row, and decided tasks are still waiting: then one of them comes first. */
#define MAX_SCHED_TURNS 16

/* A decision of ours. */
struct rescue {
	u64 id;
	u64 vtime;
};

static struct rescue rescues[RESCUE_SLOTS] PRIVATE;

/* Of the watch alone: what it saw of user space last. */
static u64 seen_bursts PRIVATE;
static u64 progress_at PRIVATE;	  /* when user space last moved on, or had nothing to do */
static u64 no_custody_at PRIVATE; /* when no task was in custody, or all were looked at */
static u64 bypass_bursts PRIVATE; /* nr_bursts when the bypass began */

static __always_inline bool rescues_wait(void)
{
	return READ_ONCE(rescue_head) != READ_ONCE(rescue_tail);
}

/*
 * A task's place in BYPASS_DSQ. The policy's vtime is in units of its own, so this
 * is ours: who came first, and who used much since it slept later, but not for ever.
 */
static u64 bypass_vtime(struct task_struct *p, struct task_ctx *tctx, u64 now)
{
	u64 used = tctx->slept ? 0 : tctx->exec_runtime;
	u32 weight = p->scx.weight;

	used = used * 100 / (weight ?: 1);
	return now + (used < BYPASS_LAG_NS ? used : BYPASS_LAG_NS);
}

/* Are tasks in custody? Exact when nothing changes; else off by those that move just now. */
static bool any_custody(void)
{
	s64 sum = 0;
	u32 cpu = 0;

	for_range(cpu, nr_cpu_ids) sum += READ_ONCE(cpu_ctx(cpu)->custody);
	return sum != 0;
}

/* All idle CPUs look again. From a timer: not alone with any counters. */
static void kick_idle_cpus(void)
{
	u32 cpu = 0;

	for_range(cpu, nr_cpu_ids)
	{
		if (READ_ONCE(cpu_ctx(cpu)->idle))
			scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
	}
}

/* ... and this one too. */
static void kick_for_rescues(void)
{
	kick_idle_cpus();
	this_cpu_ctx()->asked = true;
	scx_bpf_kick_cpu(bpf_get_smp_processor_id(), SCX_KICK_PREEMPT);
}

/* Take task @p back if it has been in custody for @limit: decide about it ourselves. */
static bool look_at(struct task_struct *p, u64 now, u64 limit)
{
	struct task_ctx *tctx = task_ctx(p);
	struct rescue *r;
	u64 word;

	if (!tctx)
		return true;
	/* Partner: enter_custody(). A time that is too new belongs to a newer word. */
	word = load_acquire(&tctx->custody);
	if (!(word & 1) || (s64)(now - READ_ONCE(tctx->enq_ts)) < (s64)limit)
		return true;
	if (rescue_head - READ_ONCE(rescue_tail) >= RESCUE_SLOTS)
		return false;
	r = &rescues[rescue_head & (RESCUE_SLOTS - 1)];
	r->id = pid_id(p) | word >> 1;
	r->vtime = bypass_vtime(p, tctx, now);
	store_release(&rescue_head, rescue_head + 1);
	return true;
}

/*
 * Take back every task that has been in custody for @limit. Only the watch does so, so
 * there is one producer. What finds no room is seen by the next look.
 */
static void look_for_late(u64 now, u64 limit)
{
	struct bpf_iter_task it;
	struct task_struct *p;
	bool room = true;

	/* The last ones are still to be carried out, and would be found again. */
	if (rescues_wait()) {
		kick_for_rescues();
		return;
	}
	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, NULL, BPF_TASK_ITER_ALL_THREADS);
	while ((p = bpf_iter_task_next(&it))) {
		if (room)
			room = look_at(p, now, limit);
	}
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	bypass_info.nr_scans++;
	if (rescues_wait()) {
		/* No CPU looks for them otherwise, but in a bypass. */
		__sync_lock_test_and_set(&bypass_used, 1);
		kick_for_rescues();
	}
}

/* User space is back. Whoever notices first. */
static void end_bypass(void)
{
	u64 ns;

	if (__sync_val_compare_and_swap(&bypass, BYPASS_LASTS, BYPASS_ENDS) != BYPASS_LASTS)
		return;
	/* The clock after the exchange: it may have been a later bypass that we have ended. */
	ns = now_ns() - bypass_info.since;
	bypass_info.total_ns += ns;
	if (ns > bypass_info.longest_ns)
		bypass_info.longest_ns = ns;
	store_release(&bypass_info.since, 0);
	/* Only now may the next one begin. Partner: look_at_user_space(). */
	store_release(&bypass, NO_BYPASS);
}

/* In every dispatch of a bypass: has user space ended a turn of its loop since it began? */
static __always_inline void look_for_user_space(void)
{
	if (READ_ONCE(ctl.nr_bursts) != READ_ONCE(bypass_bursts))
		end_bypass();
}

static void begin_bypass(u64 now)
{
	bypass_bursts = seen_bursts;
	bypass_info.nr_bypasses++;
	store_release(&bypass_info.since, now);
	/* From here on nothing enters custody but what is on its way there: seen by the next look. */
	__sync_lock_test_and_set(&bypass_used, 1);
	__sync_lock_test_and_set(&bypass, BYPASS_LASTS);
}

/* Has user space had something to do for stall_ns, and done nothing? */
static bool user_space_is_late(u64 now)
{
	u64 bursts = READ_ONCE(ctl.nr_bursts);

	if (bursts != seen_bursts || !sched_needed()) {
		seen_bursts = bursts;
		progress_at = now;
	}
	return now - progress_at > stall_ns;
}

/*
 * May BYPASS_DSQ hold tasks, or soon? An insert becomes true only after its callback, so
 * for a while a task may be on its way there. If a callback lasted for longer, the
 * heartbeat finds the task: see look_for_left_over().
 */
static bool bypass_dsq_is_used(u64 now)
{
	return READ_ONCE(bypass) || rescues_wait() || scx_bpf_dsq_nr_queued(BYPASS_DSQ) ||
	       (s64)(now - READ_ONCE(bypass_insert_at)) < (s64)(stall_ns / WATCH_PARTS);
}

/* BYPASS_DSQ holds nothing any more: nobody need look there. Partner: bypass_insert(). */
static void retire_bypass_dsq(u64 now)
{
	if (bypass_dsq_is_used(now))
		return;
	__sync_lock_test_and_set(&bypass_used, 0);
	if (bypass_dsq_is_used(now))
		__sync_lock_test_and_set(&bypass_used, 1);
}

/* From a timer: a CPU may have idled after bypass_insert() looked and before its insert was true. */
static void look_for_left_over(void)
{
	if (!scx_bpf_dsq_nr_queued(BYPASS_DSQ))
		return;
	__sync_lock_test_and_set(&bypass_used, 1);
	kick_idle_cpus();
}

/* So many tasks of a DSQ are looked at in a heartbeat, from the end, and so many moved. */
#define STARVED_LOOKS 4096
#define STARVED_MOVES 256

/*
 * Decided tasks of a DSQ that have been in the same wait for two heartbeats in a row: others
 * were put before them all the time. The kernel would evict us for that. They go to
 * BYPASS_DSQ, which takes turns with the decided tasks, in the order of their arrival.
 * Global: the verifier looks at it once.
 */
__noinline u32 move_starved(u64 dsq_id)
{
	struct bpf_iter_scx_dsq it;
	struct task_struct *p;
	u32 i = 0, moved = 0;

	bpf_rcu_read_lock();
	bpf_iter_scx_dsq_new(&it, dsq_id, SCX_DSQ_ITER_REV);
	for_range(i, STARVED_LOOKS)
	{
		struct task_ctx *tctx;
		u64 since;

		(void)i;
		p = bpf_iter_scx_dsq_next(&it);
		if (!p || moved >= STARVED_MOVES)
			break;
		tctx = task_ctx(p);
		if (!tctx)
			continue;
		/* One that was interrupted, or stands, has run since it was enqueued. */
		since = READ_ONCE(tctx->enq_ts);
		if ((s64)(READ_ONCE(tctx->stop_ts) - since) > 0)
			since = READ_ONCE(tctx->stop_ts);
		if (tctx->seen_since != since) {
			tctx->seen_since = since;
			continue;
		}
		/* What was decided holds no more. */
		tctx->slice = 0;
		tctx->protect = false;
		tctx->shared = false;
		scx_bpf_dsq_move_set_slice(&it, bypass_slice_ns);
		scx_bpf_dsq_move_set_vtime(&it, since);
		if (scx_bpf_dsq_move_vtime(&it, p, BYPASS_DSQ, 0))
			moved++;
	}
	bpf_iter_scx_dsq_destroy(&it);
	bpf_rcu_read_unlock();
	return moved;
}

/* From the heartbeat: in all DSQs that decisions name. Partner: look_for_left_over(). */
static void look_for_starved(void)
{
	u32 moved = move_starved(SHARED_DSQ), i = 0;

	if (nr_llcs > 1) {
		for_range(i, nr_llcs) moved += move_starved(LLC_DSQ(i));
	}
	if (READ_ONCE(cpus_use)) {
		for_range(i, nr_cpu_ids) moved += move_starved(i);
	}
	if (moved)
		__sync_fetch_and_add(&this_stats()->nr_starved, moved);
}

/* Nothing to watch: user space has no task in its hands and the bypass left none. */
static bool nothing_to_watch(void)
{
	return !READ_ONCE(bypass) && !READ_ONCE(bypass_used) && !sched_needed() && !any_custody();
}

static void look_at_user_space(u64 now)
{
	u64 phase = READ_ONCE(bypass); /* first: who is late may be back a moment later */
	bool late = user_space_is_late(now);

	if (phase) {
		look_for_user_space();
	} else if (late) {
		begin_bypass(now);
	}
	if (!any_custody()) {
		no_custody_at = now;
	} else if (READ_ONCE(bypass)) {
		look_for_late(now, 0);
	} else if (now - no_custody_at > hold_ns) {
		look_for_late(now, hold_ns);
		/* Half of it until the next look: a task waits for one and a half. */
		no_custody_at = now - hold_ns / 2;
	}
	if (bypass_used) {
		retire_bypass_dsq(now);
		look_for_left_over();
	}
	look_at_use();
}

/*
 * The watch: a timer that goes off while there is anything to watch. Softirq: whatever
 * the CPUs run, and whoever is stopped.
 */
static int watch_over(void *map, u32 *key, struct timer_slot *slot)
{
	look_at_user_space(now_ns());
	if (nothing_to_watch()) {
		/* Partner: watch_custody(). Either it sees that the watch is over, or we see its task. */
		__sync_lock_test_and_set(&watch_on, 0);
		if (nothing_to_watch() || __sync_val_compare_and_swap(&watch_on, 0, 1))
			return 0;
	}
	bpf_timer_start(&slot->timer, stall_ns / WATCH_PARTS, 0);
	return 0;
}

/* A task has entered custody at @now: somebody must watch. */
static void start_watch(u64 now)
{
	struct timer_slot *slot;
	u32 key = 0;

	if (!stall_ns || __sync_val_compare_and_swap(&watch_on, 0, 1))
		return;
	slot = bpf_map_lookup_elem(&watch, &key);
	if (!slot)
		return;
	seen_bursts = READ_ONCE(ctl.nr_bursts);
	progress_at = now;
	no_custody_at = now;
	bpf_timer_start(&slot->timer, stall_ns / WATCH_PARTS, 0);
}

/* Called after a record became public, which was an atomic operation. Partner: watch_over(). */
static __always_inline void watch_custody(u64 now)
{
	if (!READ_ONCE(watch_on))
		start_watch(now);
}

/* Schedule task @p in place of user space. */
static void bypass_insert(struct task_struct *p, struct task_ctx *tctx, u64 now, u64 enq_flags)
{
	scx_bpf_dsq_insert_vtime(p, BYPASS_DSQ, bypass_slice_ns, bypass_vtime(p, tctx, now),
				 enq_flags);
	/* In this order: the exchange is a full barrier. Partner: retire_bypass_dsq(). */
	WRITE_ONCE(bypass_insert_at, now);
	__sync_lock_test_and_set(&bypass_used, 1);
	watch_custody(now);
	tctx->protect = false;
	tctx->slice = 0;
	this_stats()->nr_bypass_dispatches++;
	trace_step(pid_id(p), JL_STEP_RULE, JL_CPU_ANY, 0);
	wake_cpu_for(p, -1);
}

#endif /* JLAND_BYPASS_H */
