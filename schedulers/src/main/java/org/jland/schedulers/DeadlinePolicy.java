// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import org.jland.policy.Dispatcher;
import org.jland.policy.KernelRules;
import org.jland.policy.Policy;
import org.jland.policy.PolicyContext;
import org.jland.policy.TaskView;

/**
 * The policy of scx_jland: earliest deadline first, for machines with a person in front of them.
 *
 * <pre>
 *   vruntime += CPU time used * 100 / weight         fairness
 *   lag       = vruntime - average vruntime          ahead of the others or behind
 *   usual     = 2 * min(burst, 12 ms)
 *   unusual   = exec_runtime - usual, at least 0
 *   deadline  = now + clamp(lag, +-bound/9) + min(4 * unusual, bound*7/9)
 * </pre>
 *
 * <p>exec_runtime is the CPU time since the last sleep, burst its usual amount: who sleeps often
 * comes first, and is left alone with a whole slice as long as it has used no more than usual. A
 * sleeper's vruntime is raised to at most one slice behind the average: sleeping saves up no more
 * than that. All deadlines lie between a ninth of the lag bound before the enqueue and eight ninths
 * after it, so a task waits only for tasks that were enqueued less than the bound after it: nobody
 * starves, whatever the load.
 *
 * <p>Every task goes to the shared queue at once, which the kernel keeps in the order of deadlines;
 * the one word of state per task, its vruntime, travels as the decision's cookie.
 */
final class DeadlinePolicy implements Policy {

  private static final long NICE_0_WEIGHT = 100;
  private static final long EXEC_FACTOR = 4;

  /** Who uses more than this between two sleeps is not interactive, ns. */
  private static final long INTERACTIVE_BURST_NS = 12_000_000;

  /**
   * The average vruntime follows the tasks' with this much weighted CPU time, ns, as its memory.
   */
  private static final long AVERAGE_NS = 50_000_000;

  /** CPU time that is charged at most for one record, ns: 18 minutes. */
  private static final long LONGEST_RUN_NS = 1L << 40;

  /** No vruntime is farther from the average, ns: what the lightest task gains in that time. */
  private static final long FARTHEST_NS = LONGEST_RUN_NS * NICE_0_WEIGHT;

  /**
   * What the options set.
   *
   * @param sliceNs longest slice, ns
   * @param sliceMinNs shortest slice, ns
   * @param lagBoundNs how much later another task may come and yet be ahead, ns
   * @param preemptUsedNs see {@link KernelRules}
   * @param preemptProtectNs see {@link KernelRules}
   * @param percpuLocal tasks bound to one CPU go to that CPU's own queue
   */
  record Tuning(
      long sliceNs,
      long sliceMinNs,
      long lagBoundNs,
      long preemptUsedNs,
      long preemptProtectNs,
      boolean percpuLocal) {}

  private final Tuning tuning;
  private final long lagLimitNs;
  private long nrCpus = 1;
  private long averageVruntime = 1L << 40;

  DeadlinePolicy(Tuning tuning) {
    this.tuning = tuning;
    this.lagLimitNs = tuning.lagBoundNs() / 9;
  }

  @Override
  public void init(PolicyContext context) {
    nrCpus = context.topology().cpus().size();
  }

  @Override
  public KernelRules kernelRules() {
    return new KernelRules(false, tuning.preemptUsedNs(), tuning.preemptProtectNs());
  }

  @Override
  public void enqueued(TaskView task, Dispatcher out) {
    long vruntime = account(task);
    long lag = Math.clamp(vruntime - averageVruntime, -lagLimitNs, lagLimitNs);
    // What it usually uses between two sleeps and has not used yet; negative beyond.
    long rest = usual(task) - atMost(task.execRuntime());
    long deadline = task.enqTs() + lag + handicap(task, rest);
    boolean pinned = tuning.percpuLocal() && task.nrCpusAllowed() == 1;
    int cpu = pinned ? task.cpu() : Dispatcher.ANY_CPU;
    boolean interactive = rest > 0 && task.burst() <= INTERACTIVE_BURST_NS;
    if (interactive) {
      // It will sleep by itself: to be interrupted just before that would cost it a whole round.
      out.dispatch(task.id(), cpu, tuning.sliceNs(), deadline, vruntime, Dispatcher.PROTECT);
    } else {
      long slice = slice(out.nrWaiting(), task.weight());
      out.dispatch(task.id(), cpu, slice, deadline, vruntime, 0);
    }
  }

  /** What a record may claim at most: times are multiplied here. */
  private static long atMost(long ns) {
    return Math.min(ns, LONGEST_RUN_NS);
  }

  /** CPU time that a task may use between two sleeps before it stands behind others, ns. */
  private static long usual(TaskView task) {
    return 2 * Math.min(task.burst(), INTERACTIVE_BURST_NS);
  }

  /**
   * How far behind a task that just woke this one stands. CPU time beyond what it usually uses
   * between two sleeps counts several times: the deadlines of those that wait grow old while they
   * wait, and a hog must show as one after its first slice. A new task has not shown yet what it
   * is.
   */
  private long handicap(TaskView task, long rest) {
    if (task.isNew()) {
      return lagLimitNs;
    }
    return Math.min(EXEC_FACTOR * Math.max(-rest, 0), 7 * lagLimitNs);
  }

  /** Charges the task for what it used, and returns its vruntime. */
  private long account(TaskView task) {
    long vruntime = task.cookie();
    long weight = task.weight();
    long used = atMost(task.runDelta());
    if (vruntime == 0) {
      return averageVruntime;
    }
    vruntime += used * NICE_0_WEIGHT / weight;
    // Heavy tasks that ran much move the average most.
    long share = Math.min(used * weight / NICE_0_WEIGHT, AVERAGE_NS);
    // Differences, as clocks that wrap are compared: a cookie is a word that passed the kernel.
    long ahead = Math.clamp(vruntime - averageVruntime, -FARTHEST_NS, FARTHEST_NS);
    long moved = (long) (ahead * ((double) share / (share + AVERAGE_NS)));
    averageVruntime += moved;
    return averageVruntime + Math.max(ahead - moved, -tuning.sliceNs());
  }

  /**
   * All that wait should get their turn within one slice, the heavy ones a longer turn; but no turn
   * is shorter than the least.
   */
  private long slice(int nrWaiting, long weight) {
    long share = tuning.sliceNs() * nrCpus / (nrCpus + nrWaiting) * weight / NICE_0_WEIGHT;
    return Math.clamp(share, tuning.sliceMinNs(), tuning.sliceNs());
  }
}
