/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel types and fields that this backend uses, and no others. Offsets are
 * relocated at load time from the running kernel's BTF (CO-RE).
 */
#ifndef JLAND_KERNEL_H
#define JLAND_KERNEL_H

typedef unsigned char __u8;
typedef signed short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

typedef __u8 u8;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;
typedef _Bool bool;

#define true  1
#define false 0
#define NULL  ((void *)0)

#define EINVAL 22
#define ENOMEM 12

#define PF_KSWAPD    0x00020000
#define PF_KCOMPACTD 0x00010000
#define PF_KTHREAD   0x00200000

enum bpf_map_type {
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
};

#define BPF_F_NO_PREALLOC	       (1U << 0)
#define BPF_F_MMAPABLE		       (1U << 10)
#define BPF_RB_NO_WAKEUP	       (1ULL << 0)
#define BPF_LOCAL_STORAGE_GET_F_CREATE (1ULL << 0)

#define CLOCK_MONOTONIC 1

struct bpf_timer {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

struct bpf_iter_num {
	__u64 __opaque[1];
} __attribute__((aligned(8)));

struct bpf_iter_task {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

struct bpf_iter_scx_dsq {
	__u64 __opaque[6];
} __attribute__((aligned(8)));

/* Of an enumeration without a name in the kernel. */
#define BPF_TASK_ITER_ALL_THREADS 1

#define SCX_DSQ_ITER_REV 0x10000

enum scx_exit_kind {
	SCX_EXIT_NONE,
	SCX_EXIT_ERROR = 1024,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct cpumask {
	unsigned long bits[1];
};

struct kernfs_node {
	u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

/* atomic_long_t */
struct atomic_counter {
	s64 counter;
};

struct sched_ext_entity {
	u32 flags;
	u32 weight;
	struct atomic_counter ops_state; /* the number of its enqueue << 2 | enum scx_ops_state */
	u64 slice;
	u64 dsq_vtime;
};

struct thread_info {
	u32 cpu;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	int nr_cpus_allowed;
	const struct cpumask *cpus_ptr;
	int pid;
	int tgid;
	char comm[16];
	struct css_set *cgroups;
	struct sched_ext_entity scx;
	int numa_preferred_nid;
};

struct rq {
	struct task_struct *curr;
};

struct scx_exit_info {
	enum scx_exit_kind kind;
	s64 exit_code;
	const char *reason;
	char *msg;
	char *dump;
};

#pragma clang attribute pop

struct scx_init_task_args;
struct scx_exit_task_args;
struct scx_dump_ctx;

enum scx_enq_flags {
	SCX_ENQ_WAKEUP = 1ULL,
	SCX_ENQ_CPU_SELECTED = 1ULL << 20,
	SCX_ENQ_PREEMPT = 1ULL << 32,
};

enum scx_ent_flags {
	SCX_TASK_QUEUED = 1,
};

enum scx_wake_flags {
	SCX_WAKE_SYNC = 16,
};

enum scx_kick_flags {
	SCX_KICK_IDLE = 1,
	SCX_KICK_PREEMPT = 2,
};

enum scx_pick_idle_cpu_flags {
	SCX_PICK_IDLE_IN_NODE = 2,
};

enum scx_dsq_id_flags {
	SCX_DSQ_LOCAL = 0x8000000000000002ULL,
	SCX_DSQ_LOCAL_ON = 0xc000000000000000ULL,
};

enum scx_ops_flags {
	SCX_OPS_KEEP_BUILTIN_IDLE = 1,
	SCX_OPS_ENQ_LAST = 2,
};

/* The members that this backend fills; libbpf matches them by name. */
struct sched_ext_ops {
	s32 (*select_cpu)(struct task_struct *p, s32 prev_cpu, u64 wake_flags);
	void (*enqueue)(struct task_struct *p, u64 enq_flags);
	void (*dispatch)(s32 cpu, struct task_struct *prev);
	void (*tick)(struct task_struct *p);
	void (*running)(struct task_struct *p);
	void (*stopping)(struct task_struct *p, bool runnable);
	void (*update_idle)(s32 cpu, bool idle);
	s32 (*init_task)(struct task_struct *p, struct scx_init_task_args *args);
	void (*exit_task)(struct task_struct *p, struct scx_exit_task_args *args);
	void (*enable)(struct task_struct *p);
	void (*disable)(struct task_struct *p);
	void (*dump)(struct scx_dump_ctx *ctx);
	s32 (*init)(void);
	void (*exit)(struct scx_exit_info *ei);
	u32 dispatch_max_batch;
	u64 flags;
	u32 timeout_ms;
	u32 exit_dump_len;
	u64 hotplug_seq;
	char name[128];
};

#endif /* JLAND_KERNEL_H */
