// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.util.Locale;

/**
 * The counters of {@code struct cpu_stats} after its {@code seq}, in the order of C; each is one
 * 64-bit word per CPU.
 */
public enum Counter {
  /** Tasks given to user space. */
  NR_QUEUED,
  /** Tasks whose state became "in custody". */
  CUSTODY_IN,
  /** Tasks whose state left it. */
  CUSTODY_OUT,
  /** Decisions that were inserted in a DSQ. */
  NR_USER_DISPATCHES,
  /** Tasks that left custody without a decision. */
  NR_CUSTODY_CANCELS,
  /** Decisions that came too late. */
  NR_CANCEL_DISPATCHES,
  /** Decisions for a CPU that the task may not use. */
  NR_BOUNCE_DISPATCHES,
  /** Decisions that made no sense. */
  NR_FAILED_DISPATCHES,
  /** Tasks that the BPF side scheduled: wakeup fast path, kernel rules. */
  NR_KERNEL_DISPATCHES,
  /** Tasks that found the ring full. */
  NR_SCHED_CONGESTED,
  /** Synchronous wakeups that got the waker's CPU. */
  NR_HANDOFFS,
  /** CPUs asked to give way. */
  NR_PREEMPTS,
  /** Requests put off to the end of the running task's protection. */
  NR_PREEMPTS_DEFERRED,
  /** Slices renewed because nobody competed. */
  NR_REFILLS,
  /** CPUs told to leave their idle task. */
  NR_KICKS,
  /** Times that the scheduler thread got a CPU. */
  NR_SCHED_RUNS,
  /** Runs forced by the heartbeat. */
  NR_HEARTBEATS,
  /** Exit records dropped because the ring was full. */
  NR_LOST_EXITS,
  /** Impossible ring positions. */
  NR_RING_ERRORS,
  /** Idle CPUs taken in the task's own NUMA node. */
  NR_NUMA_LOCAL,
  /** Bursts of decisions taken over by the BPF side. */
  NR_DRAINS,
  /** Gauge: tasks of user space that run now. */
  NR_RUNNING,
  /** CPU time of the scheduler thread, ns. */
  SCHED_RUNTIME,
  /** Tasks that the BPF side scheduled because user space was late, or a ring full. */
  NR_BYPASS_DISPATCHES,
  /** Tasks that it took out of custody for that. */
  NR_RESCUES,
  /** Wakeups dispatched by a decision that stands. */
  NR_STANDING,
  /** Those of them that took their CPU from another task. */
  NR_INTERRUPTS,
  /** Decided tasks that had waited for too long and were moved before the others. */
  NR_STARVED,
  /** Yields after which the last decision stood. */
  NR_YIELDS;

  /** Bytes of {@code struct cpu_stats}: whole cache lines. */
  public static final long BLOCK_BYTES = 256;

  private static final Counter[] ALL = values();

  /** Returns the number of counters. */
  public static int count() {
    return ALL.length;
  }

  /** Returns the offset within a CPU's block. */
  public long offset() {
    return 8L * (ordinal() + 1);
  }

  /** Returns the name in C. */
  public String fieldName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
