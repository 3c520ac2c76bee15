/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between sched_ext kernels, hidden behind one name each. A kfunc
 * that a kernel lacks resolves to address 0 and its branch is removed by the
 * verifier; an enumerator that it lacks is 0.
 */
#ifndef JLAND_SHIM_H
#define JLAND_SHIM_H

#define has_ksym(sym) (!!(void *)(long)(sym))

/* Value of an enumerator in the running kernel, 0 if it has none. */
#define KENUM(type, name) \
	(bpf_core_enum_value_exists(enum type, name) ? bpf_core_enum_value(enum type, name) : 0)

#define SHARED_LINE	 __attribute__((aligned(64)))
#define READ_ONCE(x)	 (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile typeof(x) *)&(x) = (v))

/*
 * Ordering of plain accesses. x86 is total-store-ordered: an aligned store is a
 * release and a load an acquire. Elsewhere an atomic exchange orders both ways.
 */
#ifdef __TARGET_ARCH_x86
#define store_release(p, v)                    \
	do {                                   \
		asm volatile("" ::: "memory"); \
		WRITE_ONCE(*(p), (v));         \
	} while (0)
#define load_acquire(p)                             \
	({                                          \
		typeof(*(p)) __v = READ_ONCE(*(p)); \
		asm volatile("" ::: "memory");      \
		__v;                                \
	})
#else
#define store_release(p, v) ((void)__sync_lock_test_and_set((p), (v)))
#define load_acquire(p)	    __sync_fetch_and_add((p), 0)
#endif

extern s32 scx_bpf_create_dsq(u64 dsq_id, s32 node) __ksym;
extern void scx_bpf_dsq_insert(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags) __ksym;
extern void scx_bpf_dsq_insert_vtime(struct task_struct *p, u64 dsq_id, u64 slice, u64 vtime,
				     u64 enq_flags) __ksym;
extern s32 scx_bpf_dsq_nr_queued(u64 dsq_id) __ksym;
extern u32 scx_bpf_dispatch_nr_slots(void) __ksym;
extern void scx_bpf_dispatch_cancel(void) __ksym;
extern void scx_bpf_kick_cpu(s32 cpu, u64 flags) __ksym;
extern s32 scx_bpf_select_cpu_dfl(struct task_struct *p, s32 prev_cpu, u64 wake_flags,
				  bool *is_idle) __ksym;
extern bool scx_bpf_test_and_clear_cpu_idle(s32 cpu) __ksym;
extern s32 scx_bpf_pick_idle_cpu(const struct cpumask *allowed, u64 flags) __ksym;
extern const struct cpumask *scx_bpf_get_online_cpumask(void) __ksym;
extern void scx_bpf_put_cpumask(const struct cpumask *mask) __ksym;
extern s32 scx_bpf_task_cpu(const struct task_struct *p) __ksym;
extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *mask) __ksym;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task,
			     unsigned int flags) __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym;
extern int bpf_iter_scx_dsq_new(struct bpf_iter_scx_dsq *it, u64 dsq_id, u64 flags) __ksym;
extern struct task_struct *bpf_iter_scx_dsq_next(struct bpf_iter_scx_dsq *it) __ksym;
extern void bpf_iter_scx_dsq_destroy(struct bpf_iter_scx_dsq *it) __ksym;
extern void scx_bpf_dsq_move_set_slice(struct bpf_iter_scx_dsq *it__iter, u64 slice) __ksym;
extern void scx_bpf_dsq_move_set_vtime(struct bpf_iter_scx_dsq *it__iter, u64 vtime) __ksym;
extern bool scx_bpf_dsq_move_vtime(struct bpf_iter_scx_dsq *it__iter, struct task_struct *p,
				   u64 dsq_id, u64 enq_flags) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

/* 6.15 on; only legal when idle CPUs are tracked per node */
extern s32 scx_bpf_pick_idle_cpu_node(const struct cpumask *allowed, s32 node,
				      u64 flags) __ksym __weak;
extern int scx_bpf_cpu_node(s32 cpu) __ksym __weak;
/* 6.19 on */
extern struct task_struct *scx_bpf_dsq_peek(u64 dsq_id) __ksym __weak;
extern bool scx_bpf_task_set_slice(struct task_struct *p, u64 slice) __ksym __weak;
extern bool scx_bpf_task_set_dsq_vtime(struct task_struct *p, u64 vtime) __ksym __weak;
/* 7.1 on takes flags as well: libbpf strips the ___v2 and ___v1 of these names */
extern bool scx_bpf_dsq_move_to_local___v1(u64 dsq_id) __ksym __weak;
extern bool scx_bpf_dsq_move_to_local___v2___flags(u64 dsq_id, u64 enq_flags) __ksym __weak;

/* Not scx_bpf_now(): its clock is another than CLOCK_MONOTONIC, which user space has. */
static __always_inline u64 now_ns(void)
{
	return bpf_ktime_get_ns();
}

/* The CPU whose run queue @p is on, or was. A load where the kernel keeps it in the task. */
static __always_inline s32 task_cpu(const struct task_struct *p)
{
	if (bpf_core_field_exists(p->thread_info.cpu))
		return READ_ONCE(p->thread_info.cpu);
	return scx_bpf_task_cpu(p);
}

static __always_inline bool dsq_move_to_local(u64 dsq_id)
{
	if (has_ksym(scx_bpf_dsq_move_to_local___v2___flags))
		return scx_bpf_dsq_move_to_local___v2___flags(dsq_id, 0);
	return scx_bpf_dsq_move_to_local___v1(dsq_id);
}

static __always_inline void task_set_slice(struct task_struct *p, u64 slice)
{
	if (has_ksym(scx_bpf_task_set_slice))
		scx_bpf_task_set_slice(p, slice);
	else
		p->scx.slice = slice;
}

/*
 * Loop with a verified end: for_range(i, n) runs the body with i = 0 .. n-1. The mention
 * of the destructor makes clang emit its type: it forgets it for a cleanup alone.
 */
#define for_range(i, n)                                                                        \
	for (struct bpf_iter_num __it __attribute__((cleanup(bpf_iter_num_destroy))),          \
	     *__p __attribute__((unused)) =                                                    \
		     (bpf_iter_num_new(&__it, 0, (n)), (void)bpf_iter_num_destroy, (void *)0); \
	     ({                                                                                \
		     int *__n = bpf_iter_num_next(&__it);                                      \
		     bool __more = __n != NULL;                                                \
		     if (__more)                                                               \
			     i = *__n;                                                         \
		     __more;                                                                   \
	     });)

#endif /* JLAND_SHIM_H */
