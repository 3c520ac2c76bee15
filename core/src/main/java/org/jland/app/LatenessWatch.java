// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.io.PrintStream;
import org.jland.scheduler.Bypass;
import org.jland.scheduler.PolicyHealth;
import org.jland.scheduler.RunningScheduler;

/**
 * Tells the user when Java was late and the kernel side scheduled by itself, and when a policy was
 * given up. The machine runs on meanwhile, so all that is needed is to say so, once. One thread; it
 * sees what is over only after it is over if the whole process was stopped.
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

  private final String name;
  private final PrintStream err;
  private long toldSinceNs;
  private long toldCount;
  private long toldTotalNs;
  private long quietUntilNs;
  private boolean toldGivenUp;

  /**
   * Watches nothing yet.
   *
   * @param name the scheduler's, for messages
   * @param err gets them
   */
  LatenessWatch(String name, PrintStream err) {
    this.name = name;
    this.err = err;
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
