// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jland.os.OsThread;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.stats.StatsClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each option of a scheduler, in a test that fails when the option does nothing. */
class OptionsVmTest {
  private static final Duration WINDOW = Duration.ofSeconds(4);
  private static final long NS_PER_MS = 1_000_000;
  private static final Pattern LOCKED = Pattern.compile("(\\d+) MiB locked");

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void sliceSetsHowLongATaskRuns() throws IOException {
    double longSlices = switchesPerSecond(4, "--slice-us", "200000", "--slice-us-min", "100000");
    double shortSlices = switchesPerSecond(4, "--slice-us", "4000", "--slice-us-min", "1000");

    assertTrue(shortSlices > 3 * longSlices, shortSlices + " after " + longSlices);
  }

  @Test
  @Tag("newest")
  void sliceMinBoundsTheSliceWhenManyWait() throws IOException {
    double unbounded = switchesPerSecond(16, "-s", "100000", "-S", "1000");
    double bounded = switchesPerSecond(16, "-s", "100000", "-S", "100000");

    assertTrue(unbounded > 2 * bounded, unbounded + " after " + bounded);
  }

  @Test
  @Tag("newest")
  void partialLeavesNormalTasksAlone() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland", "-p");
    try (StatsClient stats = scheduler.stats()) {
      stats.stats();
      guest.run("stress-ng", "--cpu", "4", "--timeout", "2");
      Metrics normal = stats.stats();
      assertTrue(scheduled(normal) < 100, normal::toString);

      // A child inherits the policy of the thread that starts it; chrt knows no SCHED_EXT here.
      OsThread.setPolicy(0, OsThread.SCHED_EXT);
      try {
        guest.run("stress-ng", "--cpu", "4", "--timeout", "3");
      } finally {
        OsThread.setPolicy(0, OsThread.SCHED_OTHER);
      }
      Metrics ext = stats.stats();
      assertTrue(ext.get(Metric.NR_USER_DISPATCHES) > 20, ext::toString);
      assertTrue(scheduled(ext) > 3 * scheduled(normal), ext::toString);
    }
    scheduler.stop();
  }

  @Test
  @Tag("newest")
  void numaLocalTakesIdleCpusOfTheTasksNode() throws IOException {
    assertTrue(Files.exists(Path.of("/sys/devices/system/node/node1")), "the guest has one node");

    assertEquals(0, numaLocal());
    assertTrue(numaLocal("--numa-local") > 0);
  }

  @Test
  @Tag("newest")
  void verboseTellsHowTheStartWent() throws IOException {
    Scheduler quiet = guest.attach("scx_jland");
    quiet.stop();
    assertFalse(quiet.output().contains("loaded in "), quiet::output);

    Scheduler verbose = guest.attach("scx_jland", "--verbose");
    verbose.stop();
    assertTrue(verbose.output().contains("loaded in "), verbose::output);
  }

  /** With the JVM that users get; -v is what tells. */
  @Test
  @Tag("newest")
  void atMost160MiBAreLocked() throws IOException {
    Scheduler scheduler = guest.attachAsShipped("scx_jland", "-v");
    scheduler.stop();
    Matcher locked = LOCKED.matcher(scheduler.output());
    assertTrue(locked.find(), scheduler::output);
    int mib = Integer.parseInt(locked.group(1));
    System.out.println("measured: MiB locked: " + mib);
    assertTrue(mib <= 160, scheduler::output);
  }

  @Test
  @Tag("newest")
  void statsPrintsLinesWhileItSchedules() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland", "--stats", "1");
    long before = scheduler.output().lines().count();

    assertTrue(
        Wait.until(Guest.PATIENCE, () -> scheduler.output().lines().count() >= before + 3),
        scheduler::output);

    assertTrue(scheduler.output().contains(Metric.NR_CPUS.column()), scheduler::output);
    scheduler.stop();
  }

  @Test
  @Tag("newest")
  void monitorShowsTheSchedulerThatRuns() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland", "--stats-socket", "/run/jland-test/stats");
    Program monitor =
        guest.start(
            "/opt/jland/bin/scx_jland",
            "--monitor",
            "1",
            "--stats-socket",
            "/run/jland-test/stats");
    monitor.mayFail();

    assertTrue(
        Wait.until(Guest.PATIENCE, () -> monitor.output().lines().count() >= 3), monitor::output);

    monitor.signal("INT");
    assertEquals(0, monitor.await(Guest.PATIENCE), monitor::output);
    assertTrue(scheduler.isAttached());
    scheduler.stop();
  }

  @Test
  @Tag("newest")
  void helpStatsAndVersionAttachNothing() throws IOException {
    String help = guest.run("/opt/jland/bin/scx_jland", "--help-stats");
    assertTrue(help.contains("nr_user_dispatches"), help);

    String version = guest.run("/opt/jland/bin/scx_jland", "-V");
    assertTrue(version.startsWith("scx_jland "), version);
    assertEquals("disabled", Guest.state());
  }

  @Test
  void exitDumpLenBoundsTheDumpOfAnEviction() throws IOException {
    guest.expectEviction();
    String bounded = dumpOfAnEviction("--exit-dump-len", "500");
    String free = dumpOfAnEviction();

    assertTrue(bounded.length() < 1000, "" + bounded.length());
    assertTrue(free.length() > bounded.length() + 1000, "" + free.length());
  }

  @Test
  @Tag("newest")
  void percpuLocalSendsTasksOfOneCpuToThatCpu() throws IOException {
    assertEquals(0, decisionsForCpu1());
    assertTrue(decisionsForCpu1("--percpu-local") > 10);
  }

  @Test
  @Tag("newest")
  void lagBoundBoundsHowFarATaskStandsBehind() throws IOException {
    long narrow = longestHandicapNs("--lag-bound-ms", "9");
    long wide = longestHandicapNs("--lag-bound-ms", "900");

    assertTrue(narrow <= 8 * NS_PER_MS, narrow + " ns behind");
    assertTrue(wide > 50 * NS_PER_MS, wide + " ns behind");
  }

  @Test
  @Tag("newest")
  void preemptUsedAndProtectSetWhenACpuIsAsked() throws IOException {
    Metrics usual = preemptions();
    assertTrue(usual.get(Metric.NR_PREEMPTS) > 0, usual::toString);
    assertEquals(0, usual.get(Metric.NR_PREEMPTS_DEFERRED), usual::toString);

    Metrics guarded = preemptions("--preempt-protect-us", "1000");
    assertTrue(guarded.get(Metric.NR_PREEMPTS) > 0, guarded::toString);
    assertTrue(guarded.get(Metric.NR_PREEMPTS_DEFERRED) > 0, guarded::toString);

    Metrics never = preemptions("--preempt-used-us", "0");
    assertEquals(0, never.get(Metric.NR_PREEMPTS), never::toString);
  }

  private Metrics preemptions(String... options) throws IOException {
    Scheduler scheduler = guest.attach("scx_jland", options);
    Program load = guest.start("stress-ng", "--cpu", "4", "--timeout", "600");
    load.mayFail(); // it is ended before its time
    try (StatsClient stats = scheduler.stats()) {
      stats.stats();
      guest.run("cyclictest", "--policy=other", "-t2", "-i", "1000", "--duration=2", "-q");
      return stats.stats();
    } finally {
      load.close();
      scheduler.stop();
    }
  }

  /** Decisions that name CPU 1, while tasks that may run nowhere else compete there. */
  private long decisionsForCpu1(String... options) throws IOException {
    return decisionsOf(options, "taskset", "-c", "1", "stress-ng", "--cpu", "3", "--timeout", "2")
        .stream()
        .filter(decision -> decision.cpu() == 1)
        .count();
  }

  /** How far the vtime of a task that was dispatched lay ahead of the clock at most. */
  private long longestHandicapNs(String... options) throws IOException {
    return decisionsOf(options, "stress-ng", "--cpu", "6", "--timeout", "3").stream()
        .mapToLong(decision -> decision.vtime() - decision.ns())
        .max()
        .orElseThrow();
  }

  private List<KernelTrace.Dispatched> decisionsOf(String[] options, String... load)
      throws IOException {
    List<String> verbose = new ArrayList<>(List.of(options));
    verbose.add("--verbose");
    Scheduler scheduler = guest.attach("scx_jland", verbose.toArray(String[]::new));
    KernelTrace.clear();
    guest.run(load);
    List<KernelTrace.Dispatched> decisions = KernelTrace.dispatched();
    scheduler.stop();
    return decisions;
  }

  /** How often spinning tasks change, per second. */
  private double switchesPerSecond(int spinners, String... options) throws IOException {
    Scheduler scheduler = guest.attach("scx_jland", options);
    Program load = guest.start("stress-ng", "--cpu", String.valueOf(spinners), "--timeout", "600");
    load.mayFail(); // it is ended before its time
    Wait.pause(WINDOW.dividedBy(2)); // until all of them spin
    long start = System.nanoTime();
    long before = Workloads.involuntarySwitches(load);
    Wait.pause(WINDOW);
    long switches = Workloads.involuntarySwitches(load) - before;
    double seconds = (System.nanoTime() - start) / 1e9;
    load.close();
    scheduler.stop();
    return switches / seconds;
  }

  private long numaLocal(String... options) throws IOException {
    Scheduler scheduler = guest.attach("scx_jland", options);
    try (StatsClient stats = scheduler.stats()) {
      stats.stats();
      guest.run("hackbench", "-g", "1", "-l", "20");
      return stats.stats().get(Metric.NR_NUMA_LOCAL);
    } finally {
      scheduler.stop();
    }
  }

  /** Stops the whole process: no decision comes any more, and the kernel's watchdog bites. */
  private String dumpOfAnEviction(String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--stall-ms", "0")); // or nobody is evicted
    all.addAll(List.of(options));
    Scheduler scheduler =
        guest.startScheduler(
            "scx_jland", Map.of("SCX_TIMEOUT_MS", "1000"), all.toArray(String[]::new));
    scheduler.awaitAttached();
    scheduler.program().signal("STOP");
    Program load = guest.start("stress-ng", "--cpu", "4", "--timeout", "3");
    load.mayFail();
    assertTrue(Wait.until(Guest.PATIENCE, () -> Guest.state().equals("disabled")));
    scheduler.program().signal("CONT");
    assertTrue(scheduler.awaitEnd() != 0, scheduler::output);
    load.close();
    String output = scheduler.output();
    int rule = output.indexOf("====");
    assertTrue(rule >= 0, output);
    return output.substring(rule, output.lastIndexOf("===="));
  }

  private static long scheduled(Metrics metrics) {
    return metrics.get(Metric.NR_USER_DISPATCHES)
        + metrics.get(Metric.NR_STANDING)
        + metrics.get(Metric.NR_KERNEL_DISPATCHES);
  }
}
