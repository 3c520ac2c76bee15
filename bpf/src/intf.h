/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every byte that crosses the boundary between the BPF backend and user space.
 *
 * The Java side has the same layouts in org.jland.intf; LayoutTest compares both
 * through the object's BTF, hence enumerators and not macros. There are no implicit holes.
 */
#ifndef JLAND_INTF_H
#define JLAND_INTF_H

#ifndef __bpf__
#include <stdint.h>
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;
#endif

#define JL_ABI_VERSION 2

enum jl_limits {
	JL_MAX_CPUS = 1024, /* largest machine; CPUs above this are refused at start */
	JL_MASK_WORDS = 4,  /* of the affinity mask of a record */
	JL_GEN_BITS = 42,   /* of an id */
};

/*
 * A task's id is its pid (PID_MAX_LIMIT is 2^22) and its generation: a count
 * that moves on at every enqueue and starts at a time stamp, so that a recycled
 * pid never repeats an id.
 */
#define JL_GEN_MASK ((1ULL << JL_GEN_BITS) - 1)

/* queued_task.kind */
enum jl_kind {
	JL_KIND_TASK = 0,
	JL_KIND_EXIT = 1,
};

/* queued_task.flags */
enum jl_task_flags {
	JL_TASK_WAKEUP = 1 << 0,     /* it slept; else it was preempted, yielded or moved */
	JL_TASK_SYNC = 1 << 1,	     /* the waker said that it is about to sleep */
	JL_TASK_KTHREAD = 1 << 2,    /* a kernel thread */
	JL_TASK_RESTRICTED = 1 << 3, /* may not run on all CPUs: allowed[] is valid */
	JL_TASK_NEW = 1 << 4,	     /* first record of this task */
	JL_TASK_PREEMPT = 1 << 5,    /* a CPU was asked to give way to it */
};

/* shared_ctl.pending */
enum jl_pending {
	JL_PENDING = 1 << 0,	 /* there are records */
	JL_PENDING_NOW = 1 << 1, /* ... that should not wait for the end of the queue */
};

/* dispatched_task.cpu: a CPU, any CPU, or LLC n as JL_CPU_LLC - n */
enum jl_cpu {
	JL_CPU_ANY = -1,
	JL_CPU_LLC = -2,
};

/* dispatched_task.flags */
enum jl_dispatch_flags {
	JL_DISPATCH_PREEMPT = 1 << 0, /* the chosen CPU gives way at once */
	JL_DISPATCH_PROTECT =
		1 << 1, /* wake-ups do not preempt the task, until its next decision */
	JL_DISPATCH_STANDING =
		1 << 2, /* holds for its wake-ups too, until its slice is used up: standing.h */
	JL_DISPATCH_STANDING_YIELDS = 1 << 3, /* ... for its yields */
};

/* One record towards user space. */
struct queued_task {
	u64 id;		  /* pid << JL_GEN_BITS | generation */
	u64 enq_ts;	  /* ns, CLOCK_MONOTONIC: when it was enqueued */
	u64 start_ts;	  /* ns: when it last got a CPU, 0 never */
	u64 stop_ts;	  /* ns: when it last left a CPU, 0 never */
	u64 exec_runtime; /* ns of CPU time since its last sleep */
	u64 run_delta;	  /* ns of CPU time since its previous record */
	u64 burst;	  /* ns: decaying average of CPU time between sleeps */
	u64 vtime;	  /* vtime of its last decision */
	u64 cookie;	  /* cookie of its last decision, 0 at first */
	u64 cgroup_id;	  /* inode number of its cgroup v2 */
	s32 tgid;
	s32 cpu; /* CPU that it used last */
	s32 nr_cpus_allowed;
	u32 weight; /* 1..10000, 100 is nice 0 */
	u32 flags;  /* JL_TASK_* */
	u32 kind;   /* JL_KIND_* */
	char comm[16];
	u64 allowed[JL_MASK_WORDS];
	u64 reserved[3];
};
_Static_assert(sizeof(struct queued_task) == 176, "size of struct queued_task");

/* One decision of user space. */
struct dispatched_task {
	u64 id;	      /* as in the record */
	u64 slice_ns; /* 0: the default slice */
	u64 vtime;    /* order within its DSQ */
	u64 cookie;   /* handed back in the task's next record */
	s32 cpu;
	u32 flags; /* JL_DISPATCH_* */
};
_Static_assert(sizeof(struct dispatched_task) == 40, "size of struct dispatched_task");

/*
 * Ring towards user space, one per CPU: the producer is the BPF side on that CPU
 * (its callbacks run with interrupts off), the consumer is the scheduler thread.
 * head and tail count records and never wrap in practice. Slots follow.
 */
struct queued_ring {
	u64 head; /* written by BPF with release, after the slot */
	u64 pad0[7];
	u64 tail; /* written by user space with release, after the slot was read */
	u64 pad1[7];
};
_Static_assert(sizeof(struct queued_ring) == 128, "size of struct queued_ring");

/*
 * Ring of decisions: the producer is the scheduler thread, the consumer is
 * whichever CPU holds the drain lock. Slots follow.
 */
struct dispatched_ring {
	u64 head; /* written by user space with release, once a burst */
	u64 pad0[7];
	u64 tail; /* written by BPF with release */
	u64 pad1[7];
};
_Static_assert(sizeof(struct dispatched_ring) == 128, "size of struct dispatched_ring");

/* What both sides write, a cache line for each writer. */
struct shared_ctl {
	u64 nr_held;   /* user space: tasks that the policy keeps */
	u64 nr_bursts; /* user space: turns of its loop, its sign of life */
	u64 in_burst;  /* user space: 1 while it has tasks in its hands */
	u64 pad0[5];
	u32 pending;	/* BPF sets it after a record; user space clears it before it reads */
	u32 nr_waiting; /* BPF: tasks in the shared DSQ when the scheduler thread last started */
	u32 pad1[14];
};
_Static_assert(sizeof(struct shared_ctl) == 128, "size of struct shared_ctl");

/*
 * Counters, one block per CPU, written on that CPU only. seq is odd while a block
 * changes: a reader that sees the same even seq before and after in all blocks has
 * a consistent cut (conservation: nr_queued = nr_user_dispatches +
 * nr_custody_cancels + custody_in - custody_out).
 */
struct cpu_stats {
	u64 seq;
	u64 nr_queued;		  /* tasks given to user space */
	u64 custody_in;		  /* tasks whose state became "in custody" */
	u64 custody_out;	  /* tasks whose state left it */
	u64 nr_user_dispatches;	  /* decisions inserted in a DSQ */
	u64 nr_custody_cancels;	  /* tasks that left custody by no decision */
	u64 nr_cancel_dispatches; /* decisions that came too late (stale id) */
	u64 nr_bounce_dispatches; /* decisions for a CPU the task may not use */
	u64 nr_failed_dispatches; /* decisions that made no sense: no such CPU, absurd slice */
	u64 nr_kernel_dispatches; /* wakeup fast path and kernel rules */
	u64 nr_sched_congested;	  /* ring full: scheduled by the BPF side */
	u64 nr_handoffs;	  /* synchronous wakeups that got the waker's CPU */
	u64 nr_preempts;	  /* CPUs asked to give way */
	u64 nr_preempts_deferred; /* ... after the running task's protection */
	u64 nr_refills;		  /* slices renewed because nobody competed */
	u64 nr_kicks;		  /* CPUs told to leave their idle task */
	u64 nr_sched_runs;	  /* times that the scheduler thread got a CPU */
	u64 nr_heartbeats;	  /* runs forced by the heartbeat */
	u64 nr_lost_exits;	  /* exit records dropped, ring full */
	u64 nr_ring_errors;	  /* impossible ring positions written by user space */
	u64 nr_numa_local;	  /* idle CPUs taken in the task's own NUMA node */
	u64 nr_drains;		  /* bursts of decisions taken over */
	u64 nr_running;		  /* gauge: 1 while a task of user space runs here */
	u64 sched_runtime;	  /* ns of CPU time of the scheduler thread */
	u64 nr_bypass_dispatches; /* tasks that the BPF side scheduled, user space being late */
	u64 nr_rescues;		  /* ... after it took them back; custody cancels too */
	u64 nr_standing;	  /* wakeups dispatched by a decision that stands */
	u64 nr_interrupts;	  /* ... of which took their CPU from another task */
	u64 nr_starved; /* decided tasks moved before others, having waited for too long */
	u64 nr_yields;	/* yields after which the last decision stood */
	u64 pad0[2];
};
_Static_assert(sizeof(struct cpu_stats) == 256, "size of struct cpu_stats");

/* What the safety net did. Written by one CPU at a time, under the phase (bypass.h). */
struct bypass_state {
	u64 since;	 /* ns: when the bypass that lasts began, 0 if none does */
	u64 nr_bypasses; /* how often one began */
	u64 total_ns;	 /* time in those that ended */
	u64 longest_ns;	 /* ... in the longest */
	u64 nr_scans;	 /* how often all tasks were looked at */
	u64 pad0[3];
};
_Static_assert(sizeof(struct bypass_state) == 64, "size of struct bypass_state");

/* trace_record.step: what the BPF side did for or to a task */
enum jl_step {
	JL_STEP_QUEUED = 1,    /* given to user space; target: the CPU it used last */
	JL_STEP_INSERTED = 2,  /* its decision was carried out; target as decided */
	JL_STEP_CANCELLED = 3, /* it left custody without a decision */
	JL_STEP_STALE = 4,     /* a decision came too late */
	JL_STEP_FAST = 5,      /* it woke and got the idle CPU target */
	JL_STEP_HANDOFF = 6,   /* it woke and takes its waker's place on the CPU target */
	JL_STEP_RULE = 7,      /* inserted by a kernel rule; target: a CPU, or any */
	JL_STEP_SCHED_IN = 8,  /* the scheduler thread got a CPU; target: tasks in the shared DSQ */
	JL_STEP_SCHED_OUT = 9, /* it leaves; target: tasks that the policy keeps */
	JL_STEP_STANDING = 10, /* inserted by its last decision, which stands; target as there */
};

/* trace_record.flags of JL_STEP_INSERTED; JL_STEP_QUEUED has the record's, JL_TASK_* */
enum jl_insert_flags {
	JL_INSERT_BOUNCED = 1 << 0, /* not where it was decided: the task may not run there */
};

/* What happened when, for who traces. */
struct trace_record {
	u64 ts;	    /* ns, CLOCK_MONOTONIC */
	u64 id;	    /* as in the record; generation 0 if user space has no part in it */
	s32 target; /* JL_CPU_*, or a number: see enum jl_step */
	u16 cpu;    /* where it happened */
	u8 step;    /* JL_STEP_* */
	u8 flags;
};
_Static_assert(sizeof(struct trace_record) == 24, "size of struct trace_record");

/* A tracer puts a ring buffer into trace_sink, sets on, and clears both when it is done. */
struct trace_ctl {
	u32 on;	       /* the tracer sets it; BPF clears it when the ring buffer is full */
	s32 sched_tid; /* the scheduler thread, 0 before it attaches */
	u64 nr_lost;   /* BPF: records that found no room */
	u64 pad0[6];
};
_Static_assert(sizeof(struct trace_ctl) == 64, "size of struct trace_ctl");

/* Why the kernel let go of the scheduler. kind is written last. */
struct exit_record {
	s64 exit_code;
	s32 kind; /* enum scx_exit_kind, 0 while attached */
	u32 pad0;
	char reason[128];
	char msg[1024];
};
_Static_assert(sizeof(struct exit_record) == 1168, "size of struct exit_record");

/* What the BPF side only casts to, and the enumerators: BTF has them for the sake of this. */
struct jl_boundary {
	struct queued_ring queued_ring;
	struct queued_task queued_task;
	struct dispatched_ring dispatched_ring;
	struct dispatched_task dispatched_task;
	struct trace_record trace_record;
	enum jl_limits limits;
	enum jl_kind kind;
	enum jl_task_flags task_flags;
	enum jl_pending pending;
	enum jl_cpu cpu;
	enum jl_dispatch_flags dispatch_flags;
	enum jl_step step;
	enum jl_insert_flags insert_flags;
};

#endif /* JLAND_INTF_H */
