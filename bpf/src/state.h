/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Knobs (constant once loaded), maps, per-CPU and per-task state.
 */
#ifndef JLAND_STATE_H
#define JLAND_STATE_H

/* Knobs. User space sets them before the object is loaded. */
const volatile u32 nr_cpu_ids = 1;	  /* CPU numbers are below this */
const volatile u32 nr_llcs = 1;		  /* LLC numbers are below this */
const volatile u32 queued_slots = 16;	  /* per ring, a power of 2 */
const volatile u32 dispatched_slots = 16; /* a power of 2 */
const volatile u32 exit_dump_len = 1;	  /* bytes in exit_dump */
const volatile s32 sched_tgid = 0;	  /* the scheduler's process */
const volatile u64 slice_ns = 20000000;	  /* when the BPF side decides */
const volatile u64 heartbeat_ns = 1000000000;
const volatile u64 preempt_used_ns = 0;	   /* a task that used this much gives way; 0 never */
const volatile u64 preempt_protect_ns = 0; /* but only after it had the CPU for this long */
const volatile u64 batch_ns = 4000000;	   /* decided tasks go before older records for this long */
const volatile u64 stall_ns = 0; /* user space is late when it did nothing for this long; 0 never */
const volatile u64 hold_ns = 0;	 /* a task that it keeps for longer is taken back */
const volatile u64 bypass_slice_ns = 5000000; /* while user space is late */
const volatile u64 max_slice_ns = 20000000;   /* a decision gives no more */
const volatile bool numa_local = false;
const volatile bool want_exits = false;	 /* send exit records */
const volatile bool verbose = false;	 /* events to trace_pipe */
const volatile u16 cpu_llc[JL_MAX_CPUS]; /* LLC number of each CPU */

/* Never set: its type is what counts. A variable's type is in the object's BTF. */
const struct jl_boundary *const boundary = NULL;

/* A turn of the scheduler thread that takes longer counts for several, ns. A power of 2: no division. */
#define SCHED_TURN_NS (1 << 18)

/* The other threads of our process come before decided tasks for this long in a row. */
#define OWN_FIRST_NS 5000000

/* Who wakes another within this, ns, and says that it will sleep, is believed. */
#define HAND_OFF_NS 1000000

/* A waker that usually sleeps within this is gone sooner than another CPU leaves its idle task, ns. */
#define PING_PONG_NS 12000

/* A run of the scheduler thread for a slice that was shorter would be dear, ns. */
#define DECIDE_AFTER_NS 1000000

#define trace_event(fmt, ...)                                     \
	do {                                                      \
		if (verbose)                                      \
			bpf_printk("jland: " fmt, ##__VA_ARGS__); \
	} while (0)

/* DSQs: one per CPU (id = CPU), one per LLC, one for all, two for our own threads, the bypass's. */
#define LLC_DSQ(llc) (0x10000ULL + (llc))
#define SHARED_DSQ   0x20000ULL
#define SCHED_DSQ    0x20001ULL
#define OWN_DSQ	     0x20002ULL /* the other threads of our process */
#define BYPASS_DSQ   0x20003ULL /* what the BPF side schedules in place of user space */

/* Ring towards user space; user space sizes both rings before load. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(struct queued_ring) + 16 * sizeof(struct queued_task));
	__uint(max_entries, 1);
} queued SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(struct dispatched_ring) + 16 * sizeof(struct dispatched_task));
	__uint(max_entries, 1);
} dispatched SEC(".maps");

/* The kernel's debug dump at exit; user space sizes it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, sizeof(u32));
	__uint(value_size, 8);
	__uint(max_entries, 1);
} exit_dump SEC(".maps");

/* Where a tracer wants the records: a slot for a ring buffer, empty until one comes. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, u32);
	__array(
		values, struct {
			__uint(type, BPF_MAP_TYPE_RINGBUF);
			__uint(max_entries, 4096);
		});
} trace_sink SEC(".maps");

/* What this backend knows of a task. */
struct task_ctx {
	u64 custody; /* generation << 1 | 1 while only user space can make it run */
	u64 enq_ts;  /* when it last entered custody */
	u64 enq_nr;  /* the kernel's number of that enqueue */
	u64 start_ts;
	u64 stop_ts;
	u64 exec_runtime;
	u64 run_delta;
	u64 burst;
	u64 vtime;
	u64 cookie;
	u64 seen_since;	    /* the wait in which the heartbeat has seen it in a DSQ: since when */
	u64 slice;	    /* of its last decision, ns; 0 if that is void */
	bool slept;	    /* it went to sleep: exec_runtime restarts when it runs again */
	bool known;	    /* user space has seen it */
	bool protect;	    /* its last decision: wake-ups do not preempt it */
	bool shared;	    /* ... was for the shared DSQ */
	bool stands;	    /* ... holds for its wake-ups too: see standing.h */
	bool preempts;	    /* ... which preempt */
	bool stands_yields; /* ... and which holds for its yields */
	bool interrupted;   /* when it last left its CPU: see interrupt() */
	bool yielded;	    /* when it last left its CPU */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_ctx);
} task_ctx_stor SEC(".maps");

struct timer_slot {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct timer_slot);
} heartbeat SEC(".maps");

/* Looks whether user space is late, while it has something to do. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct timer_slot);
} watch SEC(".maps");

/* Fires when the protection of a CPU's running task ends; sized to the CPUs. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct timer_slot);
} protection SEC(".maps");

/*
 * What runs on a CPU. Written under its run queue's lock most of the time, read by anybody
 * (racy: a stale value costs one needless or one missed preemption).
 */
struct cpu_ctx {
	u64 start_ts;	 /* when the running task got the CPU */
	u64 used_before; /* its exec_runtime then, and more if it has never slept */
	u64 slice;	 /* what it got with the CPU, ns; 0 if it was renewed */
	s64 custody;	 /* tasks that entered custody here, less those that left it here */
	u64 own_ran;	 /* ns that other threads of ours had in a row */
	u32 sched_turns; /* turns in a row in which the scheduler thread came before decided tasks */
	u8 turn;	 /* who comes first when several DSQs hold tasks: each in its turn */
	bool online;	 /* was, when the scheduler attached: hotplug restarts it */
	bool idle;	 /* in its idle task */
	bool decided_on; /* the scheduler thread was run for the slice that ended last */
	/* Of the running task: they change with it, all at once. */
	union {
		u64 of_run;
		struct {
			bool preemptible; /* it is a task of user space that is not protected */
			bool asked;	  /* it was asked to give way */
			bool deferred;	  /* ... at the end of its protection */
			bool wanted;	  /* ... at the tick at which it has used enough */
			bool interrupted; /* ... by who takes its place: it goes back to its own */
			bool handed_off;  /* its local DSQ has got the wakee of the running task */
		};
	};
} SHARED_LINE;

_Static_assert(sizeof(struct cpu_ctx) == 64, "one cache line");

/* Globals that user space maps. */
SHARED_LINE struct shared_ctl ctl;
SHARED_LINE struct cpu_stats stats[JL_MAX_CPUS];
SHARED_LINE struct exit_record exit_info;
SHARED_LINE struct bypass_state bypass_info;
SHARED_LINE u64 idle_cpus[JL_MAX_CPUS / 64]; /* bitmap of CPUs in their idle task */
SHARED_LINE s32
	sched_tid; /* the scheduler thread; user space writes it before it attaches, and it counts then */

/* In a map of its own: a tracer in another process finds it by the section's name. */
SHARED_LINE struct trace_ctl tracing SEC(".data.trace") = {};

/*
 * Ours alone. A section in which every variable is static is not mapped to user space, so
 * nothing that it writes, whatever has got into it, is found here.
 */
#define PRIVATE SEC(".bss.private")

enum bypass_phase {
	NO_BYPASS = 0,
	BYPASS_LASTS = 1, /* the BPF side schedules in place of user space */
	BYPASS_ENDS = 2,  /* who ended it writes down how long it was */
};

static struct cpu_ctx cpus[JL_MAX_CPUS] PRIVATE;
SHARED_LINE static u64 drain_lock PRIVATE;
SHARED_LINE static u64 nr_idle PRIVATE;	  /* CPUs in their idle task */
SHARED_LINE static s32 sched_cpu PRIVATE; /* CPU that the scheduler thread used last */
static s32 sched_pid PRIVATE;		  /* the scheduler thread */
static u64 sched_ran_at PRIVATE;
static u64 pending_since PRIVATE;	    /* about when the oldest unread record was written */
SHARED_LINE static u64 bypass PRIVATE;	    /* enum bypass_phase */
SHARED_LINE static u64 standing_at PRIVATE; /* about when a decision that stands was last used */
SHARED_LINE static u64 bypass_used PRIVATE; /* a bypass lasts, or has left tasks, or rescues wait */
static u64 bypass_insert_at PRIVATE;	    /* about when BYPASS_DSQ got its last task */
static u64 watch_on PRIVATE;		    /* the watch's timer is set */
static u64 rescue_head PRIVATE;		    /* of the decisions in rescues[] */
static u64 rescue_tail PRIVATE;

static __always_inline struct cpu_stats *cpu_stats(s32 cpu)
{
	return &stats[cpu & (JL_MAX_CPUS - 1)];
}

static __always_inline struct cpu_stats *this_stats(void)
{
	return cpu_stats(bpf_get_smp_processor_id());
}

static __always_inline struct cpu_ctx *cpu_ctx(s32 cpu)
{
	return &cpus[cpu & (JL_MAX_CPUS - 1)];
}

static __always_inline struct cpu_ctx *this_cpu_ctx(void)
{
	return cpu_ctx(bpf_get_smp_processor_id());
}

static __always_inline struct task_ctx *task_ctx(struct task_struct *p)
{
	return bpf_task_storage_get(&task_ctx_stor, p, NULL, 0);
}

/* A block of counters changes as one: see struct cpu_stats. */
static __always_inline void stats_begin(struct cpu_stats *s)
{
	store_release(&s->seq, s->seq + 1);
}

static __always_inline void stats_end(struct cpu_stats *s)
{
	store_release(&s->seq, s->seq + 1);
}

#endif /* JLAND_STATE_H */
