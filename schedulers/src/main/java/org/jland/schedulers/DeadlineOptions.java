// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import org.jland.app.WholeNumber;
import org.jland.scheduler.SchedulerConfig;
import picocli.CommandLine.Option;

/** The options that scx_jland has beyond those of every scheduler. */
final class DeadlineOptions {

  private static final long NS_PER_MS = 1_000_000;
  private static final long NS_PER_US = 1_000;

  @Option(
      names = "--lag-bound-ms",
      paramLabel = "MS",
      defaultValue = "100",
      converter = LagBoundMs.class,
      description = "No task waits longer behind others that came later (${DEFAULT-VALUE}).")
  private long lagBoundMs;

  @Option(
      names = "--preempt-used-us",
      paramLabel = "US",
      defaultValue = "5000",
      converter = PreemptUs.class,
      description =
          "A task that used this much CPU time since it slept, or a quarter of that if it has never"
              + " slept, gives way to one that wakes (${DEFAULT-VALUE}; 0: never).")
  private long preemptUsedUs;

  @Option(
      names = "--preempt-protect-us",
      paramLabel = "US",
      defaultValue = "0",
      converter = PreemptUs.class,
      description = "But it keeps the CPU for this long first (${DEFAULT-VALUE}).")
  private long preemptProtectUs;

  @Option(
      names = "--no-standing",
      description =
          "Let no decision stand over sleeps and yields: Java decides on each wake-up for which no "
              + "CPU idles, and on each yield.")
  private boolean noStanding;

  DeadlineOptions() {}

  /** Joins these options with those of every scheduler. */
  DeadlinePolicy.Tuning tuning(SchedulerConfig config) {
    return new DeadlinePolicy.Tuning(
        config.sliceNs(),
        config.sliceMinNs(),
        lagBoundMs * NS_PER_MS,
        preemptUsedUs * NS_PER_US,
        preemptProtectUs * NS_PER_US,
        config.percpuLocal(),
        !noStanding);
  }

  /** The lag bound. */
  static final class LagBoundMs extends WholeNumber {
    LagBoundMs() {
      super("milliseconds", 1, 10_000);
    }
  }

  /** A time of the preemption rule. */
  static final class PreemptUs extends WholeNumber {
    PreemptUs() {
      super("microseconds", 0, 1_000_000);
    }
  }
}
