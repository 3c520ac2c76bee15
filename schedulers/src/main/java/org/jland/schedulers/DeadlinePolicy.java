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
 *   deadline  = now + clamp(lag, -15 %, +35 % of the bound) + min(4 * unusual, 50 %)
 * </pre>
 *
 * <p>exec_runtime is the CPU time since the last sleep, burst its usual amount: who sleeps often
 * comes first, and is left alone with a whole slice as long as it has used no more than usual; lag
 * sets it back by no more than 3 % of the bound then, and the decision stands until it has used the
 * slice. Over yields all decisions stand so. A sleeper's vruntime is raised to at most one slice
 * behind the average: sleeping saves up no more than that. All deadlines lie between 15 % of the
 * lag bound before the enqueue and 85 % after it, so a task waits only for tasks that were enqueued
 * less than the bound after it, and for the wake-ups of those whose standing decisions preempt, a
 * slice each: nobody starves, whatever the load.
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

  /** Parts of a difference are counted in 1/65536. */
  private static final int PART_BITS = 16;

  /** What a record may claim at most, ns: 18 minutes. Times are multiplied here. */
  private static final long LONGEST_NS = 1L << 40;

  /**
   * What the options set.
   *
   * @param sliceNs longest slice, ns
   * @param sliceMinNs shortest slice, ns
   * @param lagBoundNs how much later another task may come and yet be ahead, ns
   * @param preemptUsedNs see {@link KernelRules}
   * @param preemptProtectNs see {@link KernelRules}
   * @param percpuLocal tasks bound to one CPU go to that CPU's own queue
   * @param standing decisions on interactive tasks stand over sleeps, all over yields
   */
  record Tuning(
      long sliceNs,
      long sliceMinNs,
      long lagBoundNs,
      long preemptUsedNs,
      long preemptProtectNs,
      boolean percpuLocal,
      boolean standing) {}

  private final Tuning tuning;

  /** How far a task may be behind the average and come earlier for it, ns. */
  private final long earlyLimitNs;

  /** How far a task may be ahead of the average and come later for it, ns. */
  private final long lagLimitNs;

  private final long handicapLimitNs;

  /** How far lag sets back a task that sleeps by itself, ns. */
  private final long lateLimitNs;

  private final long newcomerNs;

  private long nrCpus = 1;

  /** The tasks' vruntime smoothed, and what is smoothed smoothed again: see {@link #average}. */
  private long smoothed = 1L << 40;

  private long smoothedAgain = smoothed;

  DeadlinePolicy(Tuning tuning) {
    this.tuning = tuning;
    this.earlyLimitNs = 15 * tuning.lagBoundNs() / 100;
    this.lagLimitNs = 35 * tuning.lagBoundNs() / 100;
    this.handicapLimitNs = 50 * tuning.lagBoundNs() / 100;
    this.lateLimitNs = 3 * tuning.lagBoundNs() / 100;
    this.newcomerNs = tuning.lagBoundNs() / 10;
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
    // What it usually uses between two sleeps and has not used yet; negative beyond.
    long rest = usual(task) - atMost(task.execRuntime());
    boolean interactive = rest > 0 && task.burst() <= INTERACTIVE_BURST_NS;
    long latest = interactive ? lateLimitNs : lagLimitNs;
    long lag = Math.clamp(vruntime - average(), -earlyLimitNs, latest);
    long deadline = task.enqTs() + lag + handicap(task, rest);
    boolean pinned = tuning.percpuLocal() && task.nrCpusAllowed() == 1;
    int cpu = pinned ? task.cpu() : Dispatcher.ANY_CPU;
    boolean standing = tuning.standing() && !pinned;
    int flags = standing ? Dispatcher.STANDING_YIELDS : 0;
    if (interactive) {
      // It will sleep by itself: to be interrupted just before that would cost it a whole round.
      flags |= Dispatcher.PROTECT | (standing ? overSleeps(lag) : 0);
      out.dispatch(task.id(), cpu, tuning.sliceNs(), deadline, vruntime, flags);
    } else {
      long slice = slice(out.nrWaiting(), task.weight());
      out.dispatch(task.id(), cpu, slice, deadline, vruntime, flags);
    }
  }

  /**
   * The decision stands until the task has used a slice, and until then its wake-ups preempt others
   * unless it has had more than its share.
   */
  private static int overSleeps(long lag) {
    return Dispatcher.STANDING | (lag <= 0 ? Dispatcher.PREEMPT : 0);
  }

  private static long atMost(long ns) {
    return Math.min(ns, LONGEST_NS);
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
      return newcomerNs;
    }
    return Math.min(EXEC_FACTOR * Math.max(-rest, 0), handicapLimitNs);
  }

  /**
   * Charges the task for what it used, and returns its vruntime. What it used beyond a slice since
   * its last record nobody else wanted, but for the time to the next tick.
   */
  private long account(TaskView task) {
    long weight = task.weight();
    long used = Math.min(task.runDelta(), tuning.sliceNs());
    long average = average();
    if (task.cookie() == 0) {
      return average;
    }
    long limit = task.isWakeup() ? tuning.sliceNs() : lagLimitNs * NICE_0_WEIGHT / weight;
    // A difference, as clocks that wrap are compared: a cookie is a word that passed the kernel.
    long ahead = Math.clamp(task.cookie() - average, -LONGEST_NS, LONGEST_NS);
    ahead = Math.max(ahead + used * NICE_0_WEIGHT / weight, -limit);
    // Heavy tasks that ran much move the average most; far outliers, as the lightest are, not far.
    long share = Math.min(used * weight / NICE_0_WEIGHT, AVERAGE_NS);
    long part = (share << PART_BITS) / (share + AVERAGE_NS);
    long pull = Math.clamp(ahead, -lagLimitNs, lagLimitNs);
    smoothed += (average + pull - smoothed) * part >> PART_BITS;
    smoothedAgain += (smoothed - smoothedAgain) * part >> PART_BITS;
    return average + ahead;
  }

  /**
   * The average vruntime, without the delay of smoothing: what is smoothed follows a clock that
   * goes on as a fixed time behind it, and what is smoothed twice is behind by twice as much.
   */
  private long average() {
    return smoothed + (smoothed - smoothedAgain);
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
