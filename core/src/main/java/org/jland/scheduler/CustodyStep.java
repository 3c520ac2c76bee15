// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

/** What the BPF side did for or to a task: {@code enum jl_step}, in its order, from 1 on. */
public enum CustodyStep {
  /** It was given to user space: custody begins. Target: the CPU that it used last. */
  QUEUED,
  /** Its decision was carried out: custody ends. Target: what was decided. */
  INSERTED,
  /** It left custody without a decision. */
  CANCELLED,
  /** A decision came too late. */
  STALE,
  /** It woke and got the idle CPU that is the target. */
  FAST,
  /** It woke and takes its waker's place on the CPU that is the target. */
  HANDOFF,
  /** A kernel rule inserted it. Target: a CPU, or -1 for any. */
  RULE,
  /** The scheduler thread got a CPU. Target: tasks in the shared DSQ. */
  SCHED_IN,
  /** The scheduler thread leaves its CPU. Target: tasks that the policy keeps. */
  SCHED_OUT,
  /** Its last decision stands, and inserted it. Target: a CPU, or -1 for any. */
  STANDING;

  private static final CustodyStep[] ALL = values();

  /** Returns the number in C. */
  public int number() {
    return ordinal() + 1;
  }

  /**
   * Finds a step by its number in C.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static CustodyStep of(int number) {
    if (number < 1 || number > ALL.length) {
      throw new IllegalArgumentException("step " + number);
    }
    return ALL[number - 1];
  }
}
