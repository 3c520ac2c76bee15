/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Custody: from the record that tells user space of a task until a decision, or
 * the task's end, takes it away again. A task's custody word is entered under its
 * run queue's lock and left by whoever wins the compare-and-exchange.
 */
#ifndef JLAND_CUSTODY_H
#define JLAND_CUSTODY_H

static __always_inline u64 custody_of(u64 id)
{
	return (id & JL_GEN_MASK) << 1 | 1;
}

static __always_inline bool in_custody(const struct task_ctx *tctx)
{
	return READ_ONCE(tctx->custody) & 1;
}

/* The kernel gives each enqueue a number before it calls us, and binds inserts to it. */
static __always_inline u64 enqueue_nr(const struct task_struct *p)
{
	if (!bpf_core_field_exists(p->scx.ops_state))
		return 0;
	return (u64)READ_ONCE(p->scx.ops_state.counter) >> 2;
}

/* Counts that a task left custody; @s and @c are those of the CPU that this runs on. */
static __always_inline void left_custody(struct cpu_stats *s, struct cpu_ctx *c)
{
	s->custody_out++;
	c->custody--;
}

/* Task @p leaves custody as @word without a decision. */
static __always_inline void cancel_word(struct task_struct *p, struct task_ctx *tctx, u64 word)
{
	u64 id = pid_id(p) | word >> 1;
	struct cpu_stats *s;

	if (!(word & 1) || __sync_val_compare_and_swap(&tctx->custody, word, word & ~1ULL) != word)
		return;
	s = this_stats();
	stats_begin(s);
	left_custody(s, this_cpu_ctx());
	s->nr_custody_cancels++;
	stats_end(s);
	trace_step(id, JL_STEP_CANCELLED, JL_CPU_ANY, 0);
}

/* The task died, left the class, or was enqueued anew. */
static void cancel_custody(struct task_struct *p, struct task_ctx *tctx)
{
	cancel_word(p, tctx, READ_ONCE(tctx->custody));
}

/*
 * Slot for the next record of @cpu, this one, NULL when the ring is full. The tail is
 * user space's word: an impossible one counts as full.
 */
static __always_inline struct queued_task *reserve_record(u32 cpu, struct queued_ring **ringp)
{
	struct queued_ring *ring;
	u64 head, off;

	ring = bpf_map_lookup_elem(&queued, &cpu);
	if (!ring)
		return NULL;
	head = ring->head;
	if (head - load_acquire(&ring->tail) >= queued_slots)
		return NULL;
	*ringp = ring;
	off = head & (queued_slots - 1);
	return (struct queued_task *)((void *)(ring + 1) + off * sizeof(struct queued_task));
}

/*
 * Make a record public. Partner of SharedControl.beginBurst(), which Pipeline calls
 * before it reads the heads: the atomic operation orders our head before pending, and
 * both before the caller's look at nr_idle.
 */
static __always_inline void publish_record(struct queued_ring *ring, u64 now, u32 urgency)
{
	store_release(&ring->head, ring->head + 1);
	if (!__sync_fetch_and_or(&ctl.pending, JL_PENDING | urgency))
		WRITE_ONCE(pending_since, now);
}

/* A name of the kernel's 16 bytes, in two words: copied byte by byte otherwise. */
static __always_inline void copy_comm(char *to, const char *from)
{
	((u64 *)to)[0] = ((const u64 *)from)[0];
	((u64 *)to)[1] = ((const u64 *)from)[1];
}

static void fill_record(struct queued_task *r, struct task_struct *p, struct task_ctx *tctx,
			u64 now, u32 flags)
{
	r->enq_ts = now;
	r->start_ts = tctx->start_ts;
	r->stop_ts = tctx->stop_ts;
	r->exec_runtime = tctx->slept ? 0 : tctx->exec_runtime;
	r->run_delta = tctx->run_delta;
	r->burst = tctx->burst;
	r->vtime = tctx->vtime;
	r->cookie = tctx->cookie;
	/* Plain loads, which the verifier allows under RCU: four probing reads cost ten times as much. */
	r->cgroup_id = p->cgroups->dfl_cgrp->kn->id;
	r->tgid = p->tgid;
	r->cpu = task_cpu(p);
	r->nr_cpus_allowed = p->nr_cpus_allowed;
	r->weight = p->scx.weight;
	r->kind = JL_KIND_TASK;
	copy_comm(r->comm, p->comm);
	if (r->nr_cpus_allowed < (s32)nr_cpu_ids) {
		flags |= JL_TASK_RESTRICTED;
		bpf_probe_read_kernel(r->allowed, sizeof(r->allowed), p->cpus_ptr);
	}
	if (p->flags & PF_KTHREAD)
		flags |= JL_TASK_KTHREAD;
	if (!tctx->known)
		flags |= JL_TASK_NEW;
	r->flags = flags;
}

/*
 * Hand task @p over to user space. Runs under its run queue's lock. Returns false
 * when the ring has no room: nothing changed, the caller schedules the task.
 */
static __always_inline bool enter_custody(struct task_struct *p, struct task_ctx *tctx, u64 now,
					  u32 flags)
{
	u32 cpu = bpf_get_smp_processor_id();
	struct cpu_stats *s = cpu_stats(cpu);
	struct queued_ring *ring;
	struct queued_task *r;
	u64 gen;

	r = reserve_record(cpu, &ring);
	if (!r)
		return false;
	gen = ((tctx->custody >> 1) + 1) & JL_GEN_MASK;
	r->id = (u64)p->pid << JL_GEN_BITS | gen;
	fill_record(r, p, tctx, now, flags);
	tctx->run_delta = 0;
	tctx->known = true;
	tctx->slice = 0;
	/* Before the record is public, or the decision's would come first. */
	trace_step(r->id, JL_STEP_QUEUED, r->cpu, flags);
	stats_begin(s);
	/* Before the record is public: the decision may come at once. Partner: look_for_late(). */
	tctx->enq_ts = now;
	tctx->enq_nr = enqueue_nr(p);
	store_release(&tctx->custody, gen << 1 | 1);
	s->custody_in++;
	cpu_ctx(cpu)->custody++;
	/* Who woke may be in a hurry; who used up a slice is not. */
	publish_record(ring, now, flags & JL_TASK_WAKEUP ? JL_PENDING_NOW : 0);
	s->nr_queued++;
	stats_end(s);
	return true;
}

/* Tell user space that task @p is gone. */
static void push_exit(struct task_struct *p)
{
	struct queued_ring *ring;
	struct queued_task *r;

	r = reserve_record(bpf_get_smp_processor_id(), &ring);
	if (!r) {
		this_stats()->nr_lost_exits++;
		return;
	}
	r->id = (u64)p->pid << JL_GEN_BITS;
	r->tgid = p->tgid;
	r->kind = JL_KIND_EXIT;
	publish_record(ring, now_ns(), 0);
}

/*
 * Has user space tasks in its hands? Partner of SharedControl.burstDone(), which tells
 * how many it keeps before it says that the burst is over: so we look the other way round.
 */
static __always_inline bool user_space_has_tasks(void)
{
	return READ_ONCE(ctl.in_burst) || READ_ONCE(ctl.nr_held);
}

/*
 * Is there anything that only a run of the scheduler thread can move on? Partner of
 * SharedControl.beginBurst(), which clears pending after it set in_burst.
 */
static __always_inline bool sched_needed(void)
{
	return READ_ONCE(ctl.pending) || user_space_has_tasks();
}

/*
 * ... and that should not wait until no decided task is left? What the policy keeps may
 * wait for that, but not for ever: a CPU may never be out of work.
 */
static __always_inline bool sched_urgent(void)
{
	u32 pending = READ_ONCE(ctl.pending);

	if ((pending & JL_PENDING_NOW) || READ_ONCE(ctl.in_burst))
		return true;
	if (pending)
		return now_ns() - READ_ONCE(pending_since) > batch_ns;
	return READ_ONCE(ctl.nr_held) && now_ns() - READ_ONCE(sched_ran_at) > batch_ns;
}

#endif /* JLAND_CUSTODY_H */
