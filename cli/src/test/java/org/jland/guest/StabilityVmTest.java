// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.KernelRunner;
import org.jland.scheduler.RunningScheduler;
import org.jland.scheduler.SchedulerConfig;
import org.jland.scheduler.SchedulerRunner.RunningReport;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.stats.StatsClient;
import org.jland.topology.TopologyReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Under load for long, and again and again. */
class StabilityVmTest {
  private static final int SECONDS = 60;
  private static final int TIMES = 20;

  private static final Duration PATIENCE = Duration.ofMinutes(6);

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void mixedLoadRunsForAMinuteAndNothingIsLost() throws IOException {
    Scheduler scheduler = guest.attachAsShipped("scx_jland");
    Program stress = mixedLoad(SECONDS);
    Program hackbench =
        guest.start("sh", "-c", "for i in 1 2 3; do hackbench -g 1 -l 50 || exit; done");

    long readings = 0;
    try (StatsClient stats = scheduler.stats()) {
      Ledger ledger = new Ledger(stats.stats());
      while (stress.isAlive()) {
        ledger.add(stats.stats());
        readings++;
        Wait.pause(Duration.ofMillis(200));
      }
      assertTrue(ledger.queued > 1000, "user space decided next to nothing: " + ledger.queued);
    }

    assertEquals(0, stress.await(PATIENCE), stress::output);
    assertEquals(0, hackbench.await(PATIENCE), hackbench::output);
    assertTrue(readings > 20, "only " + readings + " readings");
    assertTrue(scheduler.isAttached());
    // The rule is an identity of counters; that nobody is lost shows when all is quiet.
    try (StatsClient stats = scheduler.stats()) {
      assertTrue(
          Wait.until(PATIENCE, () -> custody(stats) == 0), "a task is still with user space");
    }
    scheduler.stop();
    assertEquals(0, scheduler.pageFaults(), scheduler::output);
    guest.assertKernelLogClean();
  }

  private static long custody(StatsClient stats) {
    try {
      return stats.stats().get(Metric.NR_CUSTODY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In this JVM: under emulation and load a new one for each time would take minutes to start. */
  @Test
  @Tag("newest")
  void twentyTimesAttachedUnderLoadLeavesNothingBehind() throws IOException {
    Program stress =
        guest.start("stress-ng", "--cpu", "2", "--fork", "1", "--switch", "1", "--timeout", "3600");
    stress.mayFail(); // it is ended before its time
    attachAndDetach();
    Left first = Left.now(guest);

    for (int i = 1; i < TIMES; i++) {
      attachAndDetach();
      assertEquals(first.setting(), Left.now(guest).setting());
    }

    assertTrue(stress.isAlive(), stress::output);
    assertTrue(
        Wait.until(Guest.PATIENCE, () -> Left.now(guest).isNoMoreThan(first)),
        () -> first + " -> " + Left.now(guest));
  }

  /** First in, first out until a hundred tasks were dispatched; all that a scheduler does. */
  private static void attachAndDetach() {
    SchedulerConfig config = SchedulerConfig.defaults("scx_again");
    RunningReport report =
        new KernelRunner()
            .run(
                config,
                () -> (task, out) -> out.dispatch(task.id(), 0, task.enqTs()),
                TopologyReader.read(),
                StabilityVmTest::stopAfterAHundred);
    assertEquals(ExitReport.UNREG, report.exit().kind(), report.exit()::line);
    assertTrue(report.metrics().isConserved(), report.metrics()::conservation);
    assertTrue(Wait.until(Guest.PATIENCE, () -> Guest.state().equals("disabled")));
  }

  private static void stopAfterAHundred(RunningScheduler running) {
    boolean enough =
        Wait.until(
            Guest.PATIENCE,
            () -> Metrics.of(running.metrics()).get(Metric.NR_USER_DISPATCHES) >= 100);
    running.stop();
    assertTrue(enough, "user space decided next to nothing");
  }

  private Program mixedLoad(int seconds) throws IOException {
    return guest.start(
        "stress-ng",
        "--cpu",
        "4",
        "--fork",
        "2",
        "--switch",
        "2",
        "--yield",
        "2",
        "--affinity",
        "2",
        "--pthread",
        "1",
        "--timeout",
        String.valueOf(seconds));
  }

  /**
   * What a scheduler could leave behind.
   *
   * @param maps BPF maps in the kernel
   * @param programs BPF programs in the kernel
   * @param threads of this process
   * @param setting vm.compact_unevictable_allowed
   */
  private record Left(long maps, long programs, long threads, String setting) {
    static Left now(Guest guest) {
      try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
        return new Left(
            objects(guest, "map"),
            objects(guest, "prog"),
            threads.count(),
            Files.readString(Path.of("/proc/sys/vm/compact_unevictable_allowed")).strip());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static long objects(Guest guest, String kind) throws IOException {
      return guest
          .run("bpftool", kind, "show")
          .lines()
          .filter(line -> line.matches("\\d+:.*"))
          .count();
    }

    boolean isNoMoreThan(Left other) {
      return maps <= other.maps
          && programs <= other.programs
          && threads <= other.threads
          && setting.equals(other.setting);
    }
  }

  /** The conservation rule over one connection: gauges as they are, counters since the last one. */
  private static final class Ledger {
    private long queued;
    private long gone;

    Ledger(Metrics baseline) {
      queued = baseline.get(Metric.NR_CUSTODY);
    }

    void add(Metrics metrics) {
      queued += metrics.get(Metric.NR_TOTAL_QUEUED);
      gone += metrics.get(Metric.NR_USER_DISPATCHES) + metrics.get(Metric.NR_CUSTODY_CANCELS);
      assertEquals(queued, gone + metrics.get(Metric.NR_CUSTODY), metrics::toString);
      assertEquals(0, metrics.get(Metric.NR_PAGE_FAULTS), metrics::toString);
      assertEquals(0, metrics.get(Metric.NR_RING_ERRORS), metrics::toString);
      assertEquals(0, metrics.get(Metric.NR_POLICY_FAULTS), metrics::toString);
    }
  }
}
