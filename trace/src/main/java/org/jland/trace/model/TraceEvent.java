// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.model;

import org.jland.scheduler.CustodyRecord;

/** Something that happened on a CPU at a time of CLOCK_MONOTONIC, in ns. */
public sealed interface TraceEvent {

  /** When, ns of CLOCK_MONOTONIC. */
  long timeNs();

  /** The CPU that it happened on. */
  int cpu();

  /**
   * A CPU went from one task to another; pid 0 is idle.
   *
   * @param prevState the kernel's task state of the one that leaves
   */
  record Switch(
      long timeNs,
      int cpu,
      int prevPid,
      String prevComm,
      int prevPrio,
      long prevState,
      int nextPid,
      String nextComm,
      int nextPrio)
      implements TraceEvent {
    /** The bits of the states in which a task does not want a CPU, as sched_switch reports them. */
    private static final long ASLEEP = 0xff;

    /** Whether the one that leaves still wants a CPU: preempted, or it yielded. */
    public boolean prevIsRunnable() {
      return (prevState & ASLEEP) == 0;
    }
  }

  /**
   * A task is woken.
   *
   * @param stage which of the kernel's events it is
   * @param wakerPid who ran on the CPU: the waker, or whom an interrupt interrupted
   * @param pid who is woken
   * @param targetCpu where it is to be queued, as known at that stage
   */
  record Wake(
      long timeNs,
      int cpu,
      Stage stage,
      int wakerPid,
      int pid,
      String comm,
      int prio,
      int targetCpu)
      implements TraceEvent {
    /** The stages of a wake-up. */
    public enum Stage {
      /** The waker decided to: {@code sched_waking}. */
      WAKING,
      /** The task is on a run queue: {@code sched_wakeup}. */
      WAKEUP,
      /** A new task is on a run queue: {@code sched_wakeup_new}. */
      NEW
    }
  }

  /** A task made another, which inherits its CPUs. */
  record Fork(
      long timeNs, int cpu, int parentPid, String parentComm, int childPid, String childComm)
      implements TraceEvent {}

  /** A step of jland's BPF side. */
  record Custody(CustodyRecord step) implements TraceEvent {
    @Override
    public long timeNs() {
      return step.timeNs();
    }

    @Override
    public int cpu() {
      return step.cpu();
    }
  }
}
