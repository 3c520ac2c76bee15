// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jland.policy.Dispatcher;
import org.jland.policy.KernelRules;
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

/** Decisions that stand over sleeps: threads that wake a thousand times a second beside hogs. */
class StandingVmTest {
  private static final long SLICE_NS = 5_000_000;
  private static final long USED_NS = 2_000_000;

  /** The kernel side asks anew when no more of a slice is left. */
  private static final long LEFT_NS = 250_000;

  @RegisterExtension final Guest guest = new Guest();

  /** All that is counted while cyclictest ran. */
  private record Counts(long standing, long interrupts, long records, long used, long ofHogs) {}

  @Test
  void taskIsPutBackByItsLastDecisionUntilItHasUsedItsSlice() throws IOException {
    Counts counts = counts(Dispatcher.STANDING, Dispatcher.PROTECT);
    assertTrue(counts.standing > 40, counts::toString);
    assertEquals(0, counts.interrupts, counts::toString);
    // User space is asked again when the slice is used up, and told of all that was used.
    assertTrue(counts.used > 0, counts::toString);
    assertTrue(counts.records < counts.standing / 2, counts::toString);
  }

  @Test
  void taskWhoseDecisionPreemptsInterruptsOneThatIsNotProtectedWhichIsPutBackUnasked()
      throws IOException {
    Counts counts = counts(Dispatcher.STANDING | Dispatcher.PREEMPT, 0);
    assertTrue(counts.interrupts > 100, counts::toString);
    assertTrue(counts.ofHogs < counts.interrupts / 2, counts::toString);
  }

  @Test
  void besideATaskThatMayBePreemptedUserSpaceIsAskedUnlessTheDecisionPreempts() throws IOException {
    Counts counts = counts(Dispatcher.STANDING, 0);
    assertTrue(counts.records > counts.standing, counts::toString);
    assertEquals(0, counts.interrupts, counts::toString);
  }

  @Test
  void withoutTheFlagUserSpaceDecidesOnEachWakeUp() throws IOException {
    Counts counts = counts(0, Dispatcher.PROTECT);
    assertEquals(0, counts.standing, counts::toString);
    assertTrue(counts.records > 40, counts::toString);
  }

  /** Tasks that compute are decided with the second flags, all others with the first. */
  private Counts counts(int sleepers, int hogs) throws IOException {
    guest.start("stress-ng", "--cpu", "4", "--timeout", "3600").mayFail(); // ended before its time
    AtomicLong records = new AtomicLong();
    AtomicLong used = new AtomicLong();
    AtomicLong ofHogs = new AtomicLong();
    class Flagged implements Policy {
      @Override
      public KernelRules kernelRules() {
        return new KernelRules(false, USED_NS, 0);
      }

      @Override
      public void enqueued(TaskView task, Dispatcher out) {
        boolean hog = task.execRuntime() > USED_NS;
        if (task.comm().equals("cyclictest")) {
          count(records);
          if (task.runDelta() >= SLICE_NS - LEFT_NS) {
            count(used);
          }
        } else if (hog) {
          count(ofHogs);
        }
        long slice = hog ? 0 : SLICE_NS;
        int flags = hog ? hogs : sleepers;
        out.dispatch(task.id(), Dispatcher.ANY_CPU, slice, task.enqTs(), 0, flags);
      }

      private void count(AtomicLong counter) {
        counter.setPlain(counter.getPlain() + 1);
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
                  List.of(records, used, ofHogs).forEach(counter -> counter.set(0));
                  Metrics before = Metrics.of(running.metrics());
                  cyclictest();
                  Metrics after = Metrics.of(running.metrics());
                  counts[0] =
                      new Counts(
                          grown(Metric.NR_STANDING, before, after),
                          grown(Metric.NR_INTERRUPTS, before, after),
                          records.get(),
                          used.get(),
                          ofHogs.get());
                  running.stop();
                });
    assertEquals(ExitReport.UNREG, report.exit().kind(), report.exit()::line);
    assertTrue(report.metrics().isConserved(), report.metrics()::conservation);
    System.out.println("measured: " + counts[0]);
    return counts[0];
  }

  private static long grown(Metric metric, Metrics before, Metrics after) {
    return after.get(metric) - before.get(metric);
  }

  private void cyclictest() {
    try {
      guest.run("cyclictest", "--policy=other", "-t2", "-i", "1000", "--duration=2", "-q");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
