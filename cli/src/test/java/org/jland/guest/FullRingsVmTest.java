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

/** Rings that are full time and again, in both directions. */
@Tag("instructions")
class FullRingsVmTest {
  private static final int ENTRIES = 16;
  private static final String THREADS = "64";
  private static final Duration TIME = Duration.ofSeconds(2);

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void fullRingsAreCountedAndNobodyIsLostOrWaitsForLong() throws IOException {
    String crowd = CPrograms.build(guest, "crowd");
    List<FirstCome> policies = new ArrayList<>();
    List<IOException> failures = new ArrayList<>();
    RunningReport report =
        SmallRings.runner(ENTRIES, ENTRIES)
            .run(
                SchedulerConfig.defaults("scx_small"),
                () -> {
                  policies.add(new FirstCome());
                  return policies.getLast();
                },
                TopologyReader.read(),
                running -> {
                  try (FaultLoad load = FaultLoad.start(guest);
                      Program bursts = guest.start(crowd, "bursts", THREADS)) {
                    bursts.mayFail();
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
    long byKernel = report.metrics().get(Metric.NR_SCHED_CONGESTED);
    long decisionsFull = policies.getFirst().full; // the second is for the warm-up
    System.out.println(
        "measured: "
            + report.metrics().conservation()
            + "; no room for a record "
            + byKernel
            + " times, for another decision "
            + decisionsFull);
    assertTrue(byKernel > 0, report.metrics()::toString);
    assertTrue(decisionsFull > 0, "the ring of decisions was never full");
    assertTrue(report.metrics().isConserved(), report.metrics()::conservation);
    assertEquals(0, report.metrics().get(Metric.NR_RING_ERRORS));
  }

  /**
   * First come, first served; counts how often its decision was the last for which there was room.
   */
  private static final class FirstCome implements Policy {
    private long full;

    @Override
    public void enqueued(TaskView task, Dispatcher out) {
      out.dispatch(task.id(), 0, task.enqTs());
      if (out.room() == 0) {
        full++;
      }
    }
  }
}
