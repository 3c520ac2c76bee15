// SPDX-License-Identifier: Apache-2.0
package org.jland.policy;

/**
 * Takes a policy's decisions. Used on the scheduler thread only, during a call of the policy. A
 * decision reaches the kernel when the burst ends; it is cancelled there, and counted, if the task
 * has died or was enqueued anew meanwhile.
 */
public interface Dispatcher {

  /** In place of a CPU: the first CPU that the task may use and that runs out of work. */
  int ANY_CPU = -1;

  /** Flag: the chosen CPU gives way at once to what was dispatched to it. */
  int PREEMPT = 1;

  /**
   * Flag: {@link KernelRules#preemptUsedNs} does not hold for this task until its next decision, or
   * until a tick sees that it has used, since it slept, more than that and twice its usual burst
   * ({@link TaskView#burst()}). One that never slept has its slice for itself.
   */
  int PROTECT = 2;

  /**
   * Flag: the decision stands over sleeps. Until the task has used up its slice, whenever it wakes
   * and no CPU idles, the kernel side puts it into the shared queue again without a record, its
   * vtime moved on by the time since: so vtime has to be a time, ns. With {@link #PREEMPT} it does
   * not wait there if its CPU runs a task that {@link KernelRules#preemptUsedNs} holds for: it
   * takes the CPU at once, and that task goes back to its place with what is left of its slice. For
   * {@link #ANY_CPU} only. All CPU time that the task used meanwhile is in its next record.
   */
  int STANDING = 4;

  /**
   * Flag: the decision stands over yields. When the task calls {@code sched_yield} before it has
   * used up its slice, the kernel side puts it behind all that wait in the shared queue, with what
   * is left of the slice and without a record. For {@link #ANY_CPU} only. Programs that wait for
   * others by yielding, as games do, yield some hundred thousand times a second.
   */
  int STANDING_YIELDS = 8;

  /**
   * In place of a CPU: the first CPU of an LLC domain.
   *
   * @param llc number of the LLC in the topology, from 0
   * @return the value to pass as cpu
   */
  static int llc(int llc) {
    return -2 - llc;
  }

  /** Returns how many decisions can be taken now. */
  int room();

  /**
   * Lets a task run.
   *
   * @param id {@link TaskView#id()} of its record
   * @param cpu a CPU number, {@link #ANY_CPU} or {@link #llc}; a CPU that the task may not use is
   *     replaced by any, and counted
   * @param sliceNs how long it may run, ns; 0 for the default
   * @param vtime place in the chosen queue: the lowest runs first, compared as signed difference
   * @param cookie handed back as {@link TaskView#cookie()} in this task's next record
   * @param flags sum of {@link #PREEMPT}, {@link #PROTECT}, {@link #STANDING} and {@link
   *     #STANDING_YIELDS}, or 0
   * @return false if there is no {@link #room()}: the task still belongs to the policy
   */
  boolean dispatch(long id, int cpu, long sliceNs, long vtime, long cookie, int flags);

  /**
   * Lets a task run on any CPU, in the order of {@code vtime}.
   *
   * @param id {@link TaskView#id()} of its record
   * @param sliceNs how long it may run, ns; 0 for the default
   * @param vtime place in the shared queue
   * @return false if there is no {@link #room()}
   */
  default boolean dispatch(long id, long sliceNs, long vtime) {
    return dispatch(id, ANY_CPU, sliceNs, vtime, 0, 0);
  }

  /**
   * Looks for an idle CPU for a task, nearest first: the CPU it used last, its LLC, any.
   *
   * @param task the task
   * @return a CPU that idled a moment ago and that this burst has not been given yet, or -1
   */
  int selectIdleCpu(TaskView task);

  /** Returns how many decided tasks waited in the shared queue when this burst began. */
  int nrWaiting();
}
