// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The metrics, in the order in which they are shown. The first eleven have the names and the
 * meaning of scx_rustland's, so that clients made for it work. This table drives JSON, the
 * protocol's meta data, {@code --help-stats} and the monitor's line.
 */
public enum Metric {
  /** Online CPUs. */
  NR_CPUS(Kind.GAUGE, "cpus", "online CPUs"),
  /** Tasks that run now. */
  NR_RUNNING(Kind.GAUGE, "run", "tasks that run at this moment"),
  /** Ring towards user space. */
  NR_QUEUED(Kind.GAUGE, "queued", "tasks on their way to user space, not yet read by it"),
  /** In the policy. */
  NR_SCHEDULED(Kind.GAUGE, "held", "tasks that the policy keeps until a CPU has room for them"),
  /** Page faults since attach. */
  NR_PAGE_FAULTS(
      Kind.GAUGE, "pf", "page faults of the scheduler thread since it attached; 0 is right"),
  /** All threads of the process, populating newly mapped locked memory included. */
  NR_PROCESS_PAGE_FAULTS(
      Kind.GAUGE,
      "",
      "page faults of all threads, pages that they newly mapped and locked included"),
  /** Decisions that took effect. */
  NR_USER_DISPATCHES(Kind.COUNTER, "user", "tasks that user space dispatched"),
  /** Wakeup fast path and kernel rules. */
  NR_KERNEL_DISPATCHES(Kind.COUNTER, "kernel", "tasks dispatched without asking user space"),
  /** Stale decisions. */
  NR_CANCEL_DISPATCHES(
      Kind.COUNTER, "cancel", "decisions that came too late: the task had died or moved on"),
  /** Decisions for a CPU that is not allowed. */
  NR_BOUNCE_DISPATCHES(
      Kind.COUNTER, "bounce", "decisions for a CPU that the task may not use, sent to another"),
  /** Decisions that made no sense. */
  NR_FAILED_DISPATCHES(
      Kind.COUNTER,
      "fail",
      "decisions that made no sense: a CPU that does not exist, an absurd slice"),
  /** Ring full. */
  NR_SCHED_CONGESTED(
      Kind.COUNTER, "cong", "tasks that found the ring full and were dispatched by the BPF side"),
  /** Tasks ever given to user space. */
  NR_TOTAL_QUEUED(Kind.COUNTER, "", "tasks given to user space"),
  /** In custody. */
  NR_CUSTODY(
      Kind.GAUGE, "", "tasks that only user space can make run: queued, held or just decided"),
  /** Left custody without a decision. */
  NR_CUSTODY_CANCELS(Kind.COUNTER, "", "tasks that left user space's custody by no decision"),
  /** Sync wakeups. */
  NR_HANDOFFS(Kind.COUNTER, "handoff", "synchronous wakeups that got the waker's CPU"),
  /** Decisions that stand. */
  NR_STANDING(Kind.COUNTER, "standing", "wakeups dispatched by a decision that stands over sleeps"),
  /** Those that interrupt. */
  NR_INTERRUPTS(Kind.COUNTER, "", "wakeups of those that took their CPU from another task"),
  /** Decisions that stand over yields. */
  NR_YIELDS(Kind.COUNTER, "", "yields after which the last decision stood"),
  /** Preemptions. */
  NR_PREEMPTS(Kind.COUNTER, "preempt", "CPUs asked to give way, at once or at a tick"),
  /** Preemptions put off. */
  NR_PREEMPTS_DEFERRED(
      Kind.COUNTER, "", "CPUs asked to give way when the running task's protection ends"),
  /** Slices renewed. */
  NR_REFILLS(Kind.COUNTER, "", "slices renewed because no other task wanted the CPU"),
  /** CPUs told to leave their idle task. */
  NR_KICKS(Kind.COUNTER, "", "CPUs told to leave their idle task, if they are in it"),
  /** Own NUMA node. */
  NR_NUMA_LOCAL(Kind.COUNTER, "", "idle CPUs taken in the task's own NUMA node"),
  /** Turns of the loop. */
  NR_BURSTS(Kind.COUNTER, "bursts", "turns of the scheduler's loop"),
  /** Bursts taken over. */
  NR_DRAINS(Kind.COUNTER, "", "bursts of decisions taken over by the BPF side"),
  /** Scheduler thread runs. */
  NR_SCHED_RUNS(Kind.COUNTER, "", "times that the scheduler thread got a CPU"),
  /** Scheduler thread's CPU time. */
  SCHED_RUNTIME_NS(Kind.COUNTER, "", "CPU time of the scheduler thread in ns"),
  /** Forced runs. */
  NR_HEARTBEATS(Kind.COUNTER, "", "runs of the idle scheduler forced by the heartbeat"),
  /** Exit records dropped. */
  NR_LOST_EXITS(Kind.COUNTER, "", "notices of a task's end that found the ring full"),
  /** Impossible ring positions. */
  NR_RING_ERRORS(Kind.COUNTER, "", "impossible ring positions; 0 is right"),
  /** Times that user space was late. */
  NR_BYPASSES(
      Kind.COUNTER, "late", "times that Java was late and the BPF side scheduled by itself"),
  /** Time that it was late. */
  BYPASS_NS(Kind.COUNTER, "", "time in which the BPF side scheduled by itself, in ns"),
  /** Tasks scheduled meanwhile, or for a full ring. */
  NR_BYPASS_DISPATCHES(
      Kind.COUNTER, "", "tasks that the BPF side scheduled, Java being late or a ring full"),
  /** Tasks taken back. */
  NR_RESCUES(Kind.COUNTER, "", "tasks that Java kept for too long and the BPF side took back"),
  /** Tasks left behind. */
  NR_STARVED(
      Kind.COUNTER,
      "",
      "decided tasks that others were put before for two heartbeats; the BPF side moved them up"),
  /** Policy misbehaved. */
  NR_POLICY_FAULTS(Kind.COUNTER, "fault", "exceptions of the policy; 0 is right");

  /** How values of a metric are read. */
  public enum Kind {
    /** The state at this moment. */
    GAUGE,
    /** Grows; clients are shown what was added since they last asked. */
    COUNTER
  }

  private static final Metric[] ALL = values();
  private static final Map<String, Metric> BY_NAME = new HashMap<>();

  static {
    for (Metric metric : ALL) {
      BY_NAME.put(metric.fieldName, metric);
    }
  }

  private final Kind kind;
  private final String column;
  private final String description;
  private final String fieldName;

  Metric(Kind kind, String column, String description) {
    this.kind = kind;
    this.column = column;
    this.description = description;
    this.fieldName = name().toLowerCase(Locale.ROOT);
  }

  /** Returns the number of metrics: the length of an array that is indexed by ordinal. */
  public static int count() {
    return ALL.length;
  }

  /**
   * Finds a metric.
   *
   * @param fieldName its name in JSON
   * @return the metric, null if there is none of that name
   */
  public static Metric byFieldName(String fieldName) {
    return BY_NAME.get(fieldName);
  }

  /** Returns whether values grow or go up and down. */
  public Kind kind() {
    return kind;
  }

  /** Returns the head of its column in the monitor; empty if the monitor leaves it out. */
  public String column() {
    return column;
  }

  /** Returns what it counts, half a sentence. */
  public String description() {
    return description;
  }

  /** Returns its name in JSON. */
  public String fieldName() {
    return fieldName;
  }
}
