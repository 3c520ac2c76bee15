// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.SchedulerConfig;
import org.jland.scheduler.SchedulerRunner.RunningReport;
import org.jland.scheduler.SmallRings;
import org.jland.stats.Metric;
import org.jland.topology.TopologyReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rings that are full all the time, in both directions. */
@Tag("instructions")
class FullRingsVmTest {
  private static final int RECORDS = 16;
  private static final int DECISIONS = 2;
  private static final Duration TIME = Duration.ofSeconds(2);

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void fullRingsAreCountedAndNobodyIsLostOrWaitsForLong() throws IOException {
    List<IOException> failures = new ArrayList<>();
    RunningReport report =
        SmallRings.runner(RECORDS, DECISIONS)
            .run(
                SchedulerConfig.defaults("scx_small"),
                Slow::new,
                TopologyReader.read(),
                running -> {
                  try (FaultLoad load = FaultLoad.start(guest);
                      FaultLoad _ = FaultLoad.start(guest)) {
                    load.during("rings full", () -> Wait.pause(TIME)).assertAtMost(FaultLoad.BOUND);
                    load.end();
                  } catch (IOException e) {
                    failures.add(e);
                  } finally {
                    running.stop();
                  }
                });
    for (IOException failure : failures) {
      throw new UncheckedIOException(failure);
    }

    assertEquals(ExitReport.UNREG, report.exit().kind(), report.exit()::line);
    System.out.println(
        "measured: "
            + report.metrics().conservation()
            + ", "
            + report.metrics().get(Metric.NR_SCHED_CONGESTED)
            + " by the kernel side, ring full");
    assertTrue(report.metrics().get(Metric.NR_SCHED_CONGESTED) > 0, report.metrics()::toString);
    assertTrue(report.metrics().isConserved(), report.metrics()::conservation);
    assertEquals(0, report.metrics().get(Metric.NR_RING_ERRORS));
  }

  /** Decides at once, but looks for work every 5 ms only. */
  private static final class Slow implements Policy {
    private static final long PAUSE_NS = 5_000_000;

    @Override
    public void enqueued(TaskView task, Dispatcher out) {
      out.dispatch(task.id(), 0, task.enqTs());
    }

    @Override
    public void dispatch(Dispatcher out) {
      long end = System.nanoTime() + PAUSE_NS;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
  }
}
