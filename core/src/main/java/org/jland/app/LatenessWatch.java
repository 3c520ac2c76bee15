// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.io.PrintStream;
import org.jland.scheduler.Bypass;
import org.jland.scheduler.PolicyHealth;
import org.jland.scheduler.RunningScheduler;
import org.jland.stats.Metric;

/**
 * Tells the user when Java was late and the kernel side scheduled by itself, what a policy gets
 * wrong that throws nothing, and when it was given up. The machine runs on meanwhile, so all that
 * is needed is to say so, once. One thread; it sees what is over only after it is over if the whole
 * process was stopped.
 */
final class LatenessWatch {

  /** How often to look, ms. */
  static final long INTERVAL_MS = 500;

  private static final long NS_PER_MS = 1_000_000;

  /** So long there is one line at most of bypasses that are over, ns. */
  private static final long QUIET_NS = 10_000 * NS_PER_MS;

  /** A bypass of this age, ns, is told of while it lasts: who is late will be so for longer. */
  private static final long TELL_NS = 400 * NS_PER_MS;

  private static final int STACK_FRAMES = 12;
  private static final long MANY_STALE = 100;

  /** All counters of all CPUs are not read each time: nothing of that is urgent. */
  private static final int LOOKS_PER_SAMPLE = 10;

  private final String name;
  private final PrintStream err;
  private long toldSinceNs;
  private long toldCount;
  private long toldTotalNs;
  private long quietUntilNs;
  private boolean toldGivenUp;
  private long bypassesSeen;
  private final int looksPerSample;
  private int looks;
  private final long[] metrics = new long[Metric.count()];
  private final Told forgotten = new Told();
  private final Told starved = new Told();
  private final Told absurd = new Told();
  private final Told stale = new Told();

  /** A count that is told of as it grows, but not all the time. */
  private static final class Told {
    private long count;
    private long quietUntilNs = Long.MIN_VALUE;

    /** Returns how many came since the last time, 0 if it is too early to tell. */
    long since(long now, long least, long nowNs) {
      long more = now - count;
      if (more < least || nowNs < quietUntilNs) {
        return 0;
      }
      count = now;
      quietUntilNs = nowNs + QUIET_NS;
      return more;
    }
  }

  /**
   * Watches nothing yet.
   *
   * @param name the scheduler's, for messages
   * @param err gets them
   */
  LatenessWatch(String name, PrintStream err) {
    this(name, err, LOOKS_PER_SAMPLE);
  }

  /** The same with another number of looks for each sample of the counters. */
  LatenessWatch(String name, PrintStream err, int looksPerSample) {
    this.name = name;
    this.err = err;
    this.looksPerSample = looksPerSample;
    this.quietUntilNs = Long.MIN_VALUE;
  }

  /**
   * Looks once.
   *
   * @param scheduler is attached
   * @param nowNs ns of {@code CLOCK_MONOTONIC}
   */
  void look(RunningScheduler scheduler, long nowNs) {
    Bypass bypass = scheduler.bypass();
    if (bypass.sinceNs() != 0) {
      tellOfLasting(scheduler, bypass, nowNs);
    } else if (bypass.count() > toldCount && (toldSinceNs != 0 || nowNs >= quietUntilNs)) {
      tellOfEnded(bypass, nowNs);
    }
    PolicyHealth health = scheduler.policyHealth();
    if (looks++ % looksPerSample == 0) {
      tellOfDecisions(scheduler, health, nowNs);
    }
    if (health.givenUp() && !toldGivenUp) {
      toldGivenUp = true;
      tellOfGivenUp(health);
    }
  }

  private void tellOfLasting(RunningScheduler scheduler, Bypass bypass, long nowNs) {
    if (bypass.sinceNs() == toldSinceNs || nowNs - bypass.sinceNs() < TELL_NS) {
      return;
    }
    toldSinceNs = bypass.sinceNs();
    StringBuilder text = new StringBuilder(name);
    text.append(": Java has been late for ")
        .append((nowNs - bypass.sinceNs()) / NS_PER_MS)
        .append(" ms, the kernel side schedules by itself. The scheduler thread of ")
        .append(scheduler.policyHealth().policy())
        .append(" is here:");
    StackTraceElement[] stack = scheduler.stack();
    for (int i = 0; i < Math.min(stack.length, STACK_FRAMES); i++) {
      text.append(System.lineSeparator()).append("\tat ").append(stack[i]);
    }
    err.println(text);
  }

  private void tellOfEnded(Bypass bypass, long nowNs) {
    long times = bypass.count() - toldCount;
    long ms = (bypass.totalNs() - toldTotalNs) / NS_PER_MS;
    err.println(
        name
            + ": Java was late "
            + (times == 1 ? "once" : times + " times")
            + ", for "
            + ms
            + " ms; the kernel side scheduled by itself, now Java does again");
    toldCount = bypass.count();
    toldTotalNs = bypass.totalNs();
    toldSinceNs = 0;
    quietUntilNs = nowNs + QUIET_NS;
  }

  /**
   * Of what the kernel side mended. A bypass takes tasks back too: that is not the policy's fault.
   */
  private void tellOfDecisions(RunningScheduler scheduler, PolicyHealth health, long nowNs) {
    scheduler.metrics().sample(metrics);
    long rescued = metrics[Metric.NR_RESCUES.ordinal()];
    if (metrics[Metric.NR_BYPASSES.ordinal()] != bypassesSeen) {
      bypassesSeen = metrics[Metric.NR_BYPASSES.ordinal()];
      forgotten.count = rescued;
    }
    long more = forgotten.since(rescued, 1, nowNs);
    if (more > 0) {
      tell(health, "has kept " + more + " tasks for too long: the kernel side took them back");
    }
    more = starved.since(metrics[Metric.NR_STARVED.ordinal()], 1, nowNs);
    if (more > 0) {
      tell(health, "has left " + more + " tasks behind others for too long: they were moved up");
    }
    more = absurd.since(metrics[Metric.NR_FAILED_DISPATCHES.ordinal()], 1, nowNs);
    if (more > 0) {
      tell(health, "has made " + more + " decisions with a CPU or slice that can't be: mended");
    }
    // A few are in order: the task had died or was moved.
    long usual = MANY_STALE + metrics[Metric.NR_USER_DISPATCHES.ordinal()] / 10;
    more = stale.since(metrics[Metric.NR_CANCEL_DISPATCHES.ordinal()], usual, nowNs);
    if (more > 0) {
      tell(health, "has made " + more + " decisions on tasks that it was not asked about");
    }
  }

  private void tell(PolicyHealth health, String what) {
    err.println(name + ": the policy " + health.policy() + " " + what);
  }

  private void tellOfGivenUp(PolicyHealth health) {
    err.println(
        name
            + ": the policy "
            + health.policy()
            + " fails all the time ("
            + health.faults()
            + " faults) and is given up: first come, first served from now on. The first fault was:");
    health.first().printStackTrace(err);
  }
}
