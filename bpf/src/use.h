/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DSQs that hold nothing most of the time: those of single CPUs, and that of our own
 * threads. Asking the kernel how many tasks one holds costs 150 instructions, so a word
 * says whether that is worth it:
 *
 *	         an insert is about to be made: use_dsq()
 *	  .--------------------------.----------------.
 *	  |                          |                v
 *	EMPTY <--- a look later, -- QUIET <--------- USED
 *	           nothing there          a look
 *
 * An insert becomes true only when its callback is over. The looks, of the watch alone, are
 * a quarter of stall_ns apart, so an insert that saw USED is true when EMPTY is considered; if
 * a callback took longer, the heartbeat finds the task. Who idles does not ask the word.
 */
#ifndef JLAND_USE_H
#define JLAND_USE_H

enum dsq_use {
	DSQ_EMPTY = 0,
	DSQ_QUIET = 1,
	DSQ_USED = 2,
};

static u64 own_use PRIVATE;  /* enum dsq_use of OWN_DSQ */
static u64 cpus_use PRIVATE; /* ... of all CPUs' DSQs together */

/*
 * May the shared DSQ hold a task? For who hands its CPU over, many times a slice. An insert
 * that becomes true after a look at the empty DSQ, and set the word before it, is missed
 * until the next insert, or until who was handed the CPU has used up the waker's slice: the
 * CPU asks the DSQ itself then.
 */
static u64 shared_use PRIVATE;

/* Before an insert in the shared DSQ. */
static __always_inline void use_shared_dsq(void)
{
	if (!READ_ONCE(shared_use))
		WRITE_ONCE(shared_use, 1);
}

static __always_inline bool shared_dsq_holds_tasks(void)
{
	if (!READ_ONCE(shared_use))
		return false;
	if (scx_bpf_dsq_nr_queued(SHARED_DSQ))
		return true;
	WRITE_ONCE(shared_use, 0);
	return false;
}

/* Before an insert. */
static __always_inline void use_dsq(u64 *use)
{
	if (READ_ONCE(*use) != DSQ_USED)
		__sync_lock_test_and_set(use, DSQ_USED);
}

static bool cpu_dsqs_hold_tasks(void)
{
	u32 cpu = 0;

	for_range(cpu, nr_cpu_ids)
	{
		if (scx_bpf_dsq_nr_queued(cpu))
			return true;
	}
	return false;
}

/* One look of the watch. The exchanges fail if an insert is made just now. */
static void look_at_use(void)
{
	if (READ_ONCE(own_use) == DSQ_QUIET) {
		if (!scx_bpf_dsq_nr_queued(OWN_DSQ))
			__sync_val_compare_and_swap(&own_use, DSQ_QUIET, DSQ_EMPTY);
	} else {
		__sync_val_compare_and_swap(&own_use, DSQ_USED, DSQ_QUIET);
	}
	if (READ_ONCE(cpus_use) == DSQ_QUIET) {
		if (!cpu_dsqs_hold_tasks())
			__sync_val_compare_and_swap(&cpus_use, DSQ_QUIET, DSQ_EMPTY);
	} else {
		__sync_val_compare_and_swap(&cpus_use, DSQ_USED, DSQ_QUIET);
	}
}

/* One look of the heartbeat: for what slow callbacks have left behind. Returns if there was any. */
static bool look_for_unused(void)
{
	bool own = !READ_ONCE(own_use) && scx_bpf_dsq_nr_queued(OWN_DSQ);
	bool cpus = !READ_ONCE(cpus_use) && cpu_dsqs_hold_tasks();

	if (own)
		use_dsq(&own_use);
	if (cpus)
		use_dsq(&cpus_use);
	return own || cpus;
}

#endif /* JLAND_USE_H */
