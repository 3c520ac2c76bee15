// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.stats.StatsClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whom a synchronous wake-up hands its CPU to. */
@Tag("instructions")
@Tag("newest")
class HandOffVmTest {
  private static final int LOOPS = 4000;
  private static final int ROUNDS = 500;

  @RegisterExtension final Guest guest = new Guest();

  /** Or the pair would run at the pace of wherever it happened to start. */
  @Test
  void tasksThatTakeTurnsShareACpuThoughAnotherIdles() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    try (StatsClient stats = scheduler.stats()) {
      for (int start = 0; start < 3; start++) {
        stats.stats();
        guest.run("perf", "bench", "sched", "pipe", "-l", Integer.toString(LOOPS));
        Metrics metrics = stats.stats();
        // Two wake-ups a loop.
        assertTrue(metrics.get(Metric.NR_HANDOFFS) > 2 * LOOPS * 9L / 10, metrics::toString);
      }
    }
    scheduler.stop();
  }

  /**
   * They would take turns among themselves until a slice is used up, and so would all that wait.
   */
  @Test
  void tasksThatTakeTurnsDoNotHandACpuOverThatOthersWaitFor() throws IOException {
    guest.start("stress-ng", "--cpu", "4", "--timeout", "3600").mayFail(); // ended before its time
    Scheduler scheduler = guest.attach("scx_jland");
    try (StatsClient stats = scheduler.stats()) {
      stats.stats();
      guest.run("perf", "bench", "sched", "pipe", "-l", Integer.toString(LOOPS));
      Metrics metrics = stats.stats();
      System.out.println("measured: handed over " + metrics.get(Metric.NR_HANDOFFS));
      assertTrue(metrics.get(Metric.NR_HANDOFFS) < 2 * LOOPS / 10, metrics::toString);
    }
    scheduler.stop();
  }

  /** The second would wait for the first while another CPU idles. */
  @Test
  void whoWakesTwoHandsItsCpuToOneOfThem() throws IOException {
    String program = CPrograms.build(guest, "wakepairs");
    Scheduler scheduler = guest.attach("scx_jland");
    try (StatsClient stats = scheduler.stats()) {
      stats.stats();
      guest.run(program, Integer.toString(ROUNDS));
      long handed = stats.stats().get(Metric.NR_HANDOFFS);
      System.out.println("measured: handed over " + handed + " times in " + ROUNDS + " rounds");
      assertTrue(handed > ROUNDS * 9L / 10, "one of them takes the waker's place");
      assertTrue(handed < ROUNDS * 11L / 10, "only one of them does");
    }
    scheduler.stop();
  }
}
