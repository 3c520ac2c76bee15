// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.KernelRunner;
import org.jland.scheduler.SchedulerConfig;
import org.jland.scheduler.SchedulerRunner.RunningReport;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.topology.TopologyReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Decisions that stand over yields: tasks that do nothing but yield, beside tasks that compute. */
class YieldVmTest {
  private static final long SLICE_NS = 5_000_000;
  private static final Duration LENGTH = Duration.ofSeconds(2);

  @RegisterExtension final Guest guest = new Guest();

  /** What was counted while the load ran; CPU times as the records tell them, ns. */
  private record Counts(long yields, long records, long used, long ofYielders, long ofOthers) {}

  @Test
  void taskThatYieldsGoesBehindAllOthersWithoutARecordUntilItHasUsedItsSlice() throws IOException {
    guest.start("stress-ng", "--cpu", "2", "--timeout", "3600").mayFail(); // ended before its time
    Counts counts = counts(Dispatcher.STANDING_YIELDS);
    assertTrue(counts.yields > 200, counts::toString);
    assertTrue(counts.records < counts.yields / 4, counts::toString);
    // It yields as soon as it runs: nearly all of the CPUs' time is left to those that compute.
    assertTrue(counts.ofYielders < counts.ofOthers / 5, counts::toString);
  }

  @Test
  void userSpaceIsToldOfAllCpuTimeThatWasUsedBetweenTheYields() throws IOException {
    Counts counts = counts(Dispatcher.STANDING_YIELDS);
    assertTrue(counts.used > 0, counts::toString);
    assertTrue(counts.yields > 10 * counts.records, counts::toString);
  }

  @Test
  void withoutTheFlagUserSpaceDecidesOnEachYield() throws IOException {
    Counts counts = counts(0);
    assertEquals(0, counts.yields, counts::toString);
    assertTrue(counts.records > 200, counts::toString);
  }

  private Counts counts(int flags) throws IOException {
    guest.start("stress-ng", "--yield", "2", "--timeout", "3600").mayFail();
    AtomicLong records = new AtomicLong();
    AtomicLong used = new AtomicLong();
    AtomicLong ofYielders = new AtomicLong();
    AtomicLong ofOthers = new AtomicLong();
    class Flagged implements Policy {
      @Override
      public void enqueued(TaskView task, Dispatcher out) {
        if (task.comm().equals("stress-ng-yield")) {
          add(records, 1);
          add(ofYielders, task.runDelta());
          add(used, task.runDelta() >= SLICE_NS / 2 ? 1 : 0);
        } else if (task.comm().equals("stress-ng-cpu")) {
          add(ofOthers, task.runDelta());
        }
        out.dispatch(task.id(), Dispatcher.ANY_CPU, SLICE_NS, task.enqTs(), 0, flags);
      }

      private void add(AtomicLong counter, long value) {
        counter.setPlain(counter.getPlain() + value);
      }
    }
    Counts[] counts = new Counts[1];
    RunningReport report =
        new KernelRunner()
            .run(
                SchedulerConfig.defaults("scx_test"),
                Flagged::new,
                TopologyReader.read(),
                running -> {
                  Wait.pause(Duration.ofSeconds(1)); // until each task has had a decision
                  long before = Metrics.of(running.metrics()).get(Metric.NR_YIELDS);
                  long[] told = told(records, used, ofYielders, ofOthers);
                  Wait.pause(LENGTH);
                  long[] since = told(records, used, ofYielders, ofOthers);
                  long yields = Metrics.of(running.metrics()).get(Metric.NR_YIELDS) - before;
                  for (int i = 0; i < told.length; i++) {
                    since[i] -= told[i];
                  }
                  counts[0] = new Counts(yields, since[0], since[1], since[2], since[3]);
                  running.stop();
                });
    assertEquals(ExitReport.UNREG, report.exit().kind(), report.exit()::line);
    assertTrue(report.metrics().isConserved(), report.metrics()::conservation);
    System.out.println("measured: " + counts[0]);
    return counts[0];
  }

  private static long[] told(AtomicLong... counters) {
    long[] values = new long[counters.length];
    for (int i = 0; i < counters.length; i++) {
      values[i] = counters[i].get();
    }
    return values;
  }
}
