/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Idle CPUs: finding one, waking one, and making a busy one give way.
 */
#ifndef JLAND_IDLE_H
#define JLAND_IDLE_H

/* Keep the count and the bitmap of idle CPUs. Called when @cpu's state has changed. */
static void mark_idle(s32 cpu, bool idle)
{
	u64 bit = 1ULL << (cpu & 63);
	u64 *word = &idle_cpus[(cpu & (JL_MAX_CPUS - 1)) >> 6];

	cpu_ctx(cpu)->idle = idle;
	if (idle) {
		__sync_fetch_and_or(word, bit);
		__sync_fetch_and_add(&nr_idle, 1);
	} else {
		__sync_fetch_and_and(word, ~bit);
		__sync_fetch_and_add(&nr_idle, -1);
	}
}

/* The kernel keeps an idle mask per node, and evicts who calls scx_bpf_pick_idle_cpu(). */
static __always_inline bool idle_per_node(void)
{
	return numa_local && has_ksym(scx_bpf_pick_idle_cpu_node) && has_ksym(scx_bpf_cpu_node);
}

/* The node that @p's memory is in, if the kernel knows; else that of the CPU it used last. */
static __always_inline s32 home_node(struct task_struct *p, s32 prev_cpu)
{
	s32 node = -1;

	if (bpf_core_field_exists(p->numa_preferred_nid))
		node = p->numa_preferred_nid;
	return node < 0 ? scx_bpf_cpu_node(prev_cpu) : node;
}

/* An idle CPU that @p may use, taken (no longer marked idle), or a negative number. */
static s32 take_idle_cpu(struct task_struct *p, s32 prev_cpu)
{
	s32 cpu, node;

	if (!READ_ONCE(nr_idle))
		return -1;
	if (bpf_cpumask_test_cpu(prev_cpu, p->cpus_ptr) &&
	    scx_bpf_test_and_clear_cpu_idle(prev_cpu)) {
		if (idle_per_node() && home_node(p, prev_cpu) == scx_bpf_cpu_node(prev_cpu))
			this_stats()->nr_numa_local++;
		return prev_cpu;
	}
	if (!idle_per_node())
		return scx_bpf_pick_idle_cpu(p->cpus_ptr, 0);
	node = home_node(p, prev_cpu);
	cpu = scx_bpf_pick_idle_cpu_node(p->cpus_ptr, node, SCX_PICK_IDLE_IN_NODE);
	if (cpu >= 0) {
		this_stats()->nr_numa_local++;
		return cpu;
	}
	return scx_bpf_pick_idle_cpu_node(p->cpus_ptr, node, 0);
}

static __always_inline void wake_cpu(s32 cpu)
{
	this_stats()->nr_kicks++;
	scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
}

/* Any idle CPU, taken (no longer marked idle), or a negative number. */
static s32 take_any_idle_cpu(void)
{
	const struct cpumask *online;
	s32 cpu;

	if (!READ_ONCE(nr_idle))
		return -1;
	online = scx_bpf_get_online_cpumask();
	if (idle_per_node())
		cpu = scx_bpf_pick_idle_cpu_node(online,
						 scx_bpf_cpu_node(bpf_get_smp_processor_id()), 0);
	else
		cpu = scx_bpf_pick_idle_cpu(online, 0);
	scx_bpf_put_cpumask(online);
	return cpu;
}

/*
 * The CPU that @p was inserted for, or any that may run it, leaves its idle task.
 * One CPU's task is bound for that CPU's eyes only: it is kicked though it does not
 * idle yet. It may have found nothing just now and be on its way; the kick takes
 * effect after the insert, and does nothing to a CPU that runs a task.
 */
static void wake_cpu_for(struct task_struct *p, s32 cpu)
{
	if (cpu < 0 && p->nr_cpus_allowed == 1)
		cpu = task_cpu(p);
	if (cpu < 0) {
		cpu = take_idle_cpu(p, task_cpu(p));
		if (cpu < 0)
			return;
	}
	wake_cpu(cpu);
}

/*
 * Decided tasks may have become visible after an idle CPU's last look, and may be for
 * that CPU only: all idle ones look again. Rare: a CPU idles and tasks are left over.
 */
static void wake_idle_cpus(void)
{
	u32 cpu = 0;

	for_range(cpu, nr_cpu_ids)
	{
		if (READ_ONCE(cpu_ctx(cpu)->idle))
			wake_cpu(cpu);
	}
}

/* Some idle CPU runs the scheduler thread; @p's own, if it may. */
static void wake_for_scheduler(struct task_struct *p)
{
	s32 cpu = take_idle_cpu(p, task_cpu(p));

	if (cpu < 0)
		cpu = take_any_idle_cpu();
	if (cpu >= 0)
		wake_cpu(cpu);
	else
		/* One that was taken before may have looked by now, and idles again without a call. */
		wake_idle_cpus();
}

/*
 * A task woke: may what runs on @c be made to give way at @now? Sets when, if it is too early.
 * If it has not used enough the tick looks again.
 */
static bool may_preempt(struct cpu_ctx *c, u64 now, u64 *wait_ns)
{
	u64 ran = now - READ_ONCE(c->start_ts);

	*wait_ns = 0;
	if (!c->preemptible || c->asked || (s64)ran < 0)
		return false;
	if (ran < preempt_protect_ns) {
		*wait_ns = preempt_protect_ns - ran;
		c->wanted = true;
	}
	if (READ_ONCE(c->used_before) + ran + *wait_ns >= preempt_used_ns)
		return true;
	c->wanted = true;
	return false;
}

/*
 * What runs on @c is made to give way, and goes back to its place. Returns the flags of an insert
 * in the local DSQ that does so.
 */
static __always_inline u64 interrupt(struct cpu_ctx *c)
{
	c->asked = true;
	c->interrupted = true;
	return KENUM(scx_enq_flags, SCX_ENQ_PREEMPT);
}

static int protection_over(void *map, u32 *cpu, struct timer_slot *slot)
{
	struct cpu_ctx *c = cpu_ctx(*cpu);

	if (c->deferred &&
	    (sched_needed() || scx_bpf_dsq_nr_queued(SHARED_DSQ) || scx_bpf_dsq_nr_queued(*cpu))) {
		c->asked = true;
		/* A timer: not alone with this CPU's counters. */
		__sync_fetch_and_add(&this_stats()->nr_preempts, 1);
		scx_bpf_kick_cpu(*cpu, SCX_KICK_PREEMPT);
	}
	c->deferred = false;
	return 0;
}

/*
 * A task woke and no CPU idles: the CPU it used last gives way, so that the
 * scheduler runs there and then the task, unless what runs there has used little
 * CPU time. A protected task gives way when its protection ends.
 */
static __always_inline bool request_preemption(s32 cpu, u64 now)
{
	struct cpu_ctx *c = cpu_ctx(cpu);
	struct timer_slot *slot;
	u32 key = cpu;
	u64 wait_ns;

	if (!preempt_used_ns || !may_preempt(c, now, &wait_ns))
		return false;
	if (!wait_ns) {
		c->asked = true;
		this_stats()->nr_preempts++;
		scx_bpf_kick_cpu(cpu, SCX_KICK_PREEMPT);
		return true;
	}
	if (c->deferred)
		return true;
	slot = bpf_map_lookup_elem(&protection, &key);
	if (!slot || bpf_timer_start(&slot->timer, wait_ns, 0))
		return false;
	c->deferred = true;
	this_stats()->nr_preempts_deferred++;
	return true;
}

#endif /* JLAND_IDLE_H */
