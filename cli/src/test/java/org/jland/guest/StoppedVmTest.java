// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jland.os.OsProcess;
import org.jland.stats.Metric;
import org.jland.stats.StatsClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The scheduler's process does not run for a while, or not as it likes, under load. Few
 * attachments, each for many faults: they are what takes time.
 */
@Tag("instructions")
@Tag("newest")
class StoppedVmTest {
  private static final int CONT = 18;
  private static final Duration BACK = Duration.ofMillis(200);
  private static final Duration PINNED = Duration.ofSeconds(2);
  private static final Duration GONE = Duration.ofSeconds(1);
  private static final Path CGROUP = Path.of("/sys/fs/cgroup/jland-slow");

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void stoppedSchedulerKeepsNobodyWaitingAndComesBackAtOnce() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    Program process = scheduler.program();
    try (FaultLoad load = FaultLoad.start(guest);
        StatsClient stats = scheduler.stats()) {
      load.during(
              "SIGSTOP for 2 s",
              () -> {
                process.signal("STOP");
                Wait.pause(Duration.ofSeconds(2));
                long start = System.nanoTime();
                OsProcess.kill((int) process.pid(), CONT);
                assertDecides(stats, start);
              })
          .assertAtMost(FaultLoad.BOUND);
      load.during("its thread is stopped at each yield, as by a debugger", () -> debug(scheduler))
          .assertAtMost(FaultLoad.BOUND);
      assertDecides(stats, System.nanoTime());
      load.end(scheduler);
    }
    scheduler.stop();
    assertTrue(scheduler.output().contains("Java was late"), scheduler::output);
  }

  @Test
  void garbageCollectionThreadDumpAndFlightRecorderKeepNobodyWaiting() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    try (FaultLoad load = FaultLoad.start(guest)) {
      JvmCommands[] jvm = new JvmCommands[1];
      load.during(
              "SIGQUIT, full GC and thread dump",
              () -> {
                scheduler.program().signal("QUIT");
                jvm[0] = JvmCommands.of(scheduler.program());
                jvm[0].run("GC.run");
                assertTrue(jvm[0].run("Thread.print").contains("jland-watch"));
              })
          .assertAtMost(FaultLoad.BOUND);
      load.during("JFR.start", () -> System.out.println(jvm[0].run("JFR.start name=f")))
          .assertAtMost(FaultLoad.BOUND);
      load.during("JFR.stop", () -> System.out.println(jvm[0].run("JFR.stop name=f")))
          .assertAtMost(FaultLoad.BOUND);
      load.end(scheduler);
    }
    scheduler.stop();
    assertEquals(0, scheduler.pageFaults(), scheduler::output);
  }

  /** Not renamed: the kernel lets nobody but the process itself do that. */
  @Test
  void whatAnAdministratorDoesToItsThreadsKeepsNobodyWaitingNorDoesAKill() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    String pid = String.valueOf(scheduler.program().pid());
    try (FaultLoad load = FaultLoad.start(guest);
        StatsClient stats = scheduler.stats()) {
      load.during(
              "its threads are pinned, reniced and moved to a slow cgroup",
              () -> {
                List<String> renice = new ArrayList<>(List.of("renice", "-n", "19", "-p"));
                for (Path thread : threads(pid)) {
                  renice.add(thread.getFileName().toString());
                }
                guest.run(renice.toArray(String[]::new));
                guest.run("taskset", "-apc", "1", pid);
                slowCgroup(pid);
                Wait.pause(Duration.ofSeconds(1));
              })
          .assertAtMost(FaultLoad.BOUND);
      // What it says of itself comes late, too.
      assertDecides(stats, System.nanoTime(), PINNED);

      scheduler.program().signal("KILL");
      long killed = System.nanoTime();
      assertTrue(Wait.until(Guest.PATIENCE, () -> Guest.state().equals("disabled")));
      Duration gone = Duration.ofNanos(System.nanoTime() - killed);
      System.out.println(
          "measured: default scheduler back after SIGKILL: " + gone.toMillis() + " ms");
      assertTrue(gone.compareTo(GONE) <= 0, gone::toString);
      scheduler.awaitEnd();
      load.end();
    } finally {
      scheduler.program().signal("KILL"); // whatever has failed: the group has to become empty
      Wait.until(Duration.ofSeconds(10), CGROUP.toFile()::delete);
    }
    guest.attach("scx_jland").stop();
  }

  /** User space decides again, soon. */
  private static void assertDecides(StatsClient stats, long start) throws IOException {
    assertDecides(stats, start, BACK);
  }

  private static void assertDecides(StatsClient stats, long start, Duration bound)
      throws IOException {
    stats.stats();
    while (stats.stats().get(Metric.NR_USER_DISPATCHES) == 0) {
      assertTrue(System.nanoTime() - start < 10 * bound.toNanos(), "user space decides nothing");
      Wait.pause(Duration.ofMillis(5));
    }
    Duration back = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("measured: user space decides after " + back.toMillis() + " ms");
    assertTrue(back.compareTo(bound) <= 0, back::toString);
  }

  /** A third of a second in each call, in the hands of a tracer. */
  private void debug(Scheduler scheduler) throws IOException {
    String thread =
        threads(String.valueOf(scheduler.program().pid())).stream()
            .filter(path -> comm(path).equals("jland-sched"))
            .findFirst()
            .orElseThrow()
            .getFileName()
            .toString();
    Program tracer =
        guest.start(
            "strace",
            "-qq",
            "-o",
            "/dev/null",
            "--inject=sched_yield:delay_enter=350000",
            "-e",
            "trace=sched_yield",
            "-p",
            thread);
    tracer.mayFail();
    Wait.pause(Duration.ofMillis(900));
    tracer.close();
  }

  private static void slowCgroup(String pid) throws IOException {
    Files.writeString(Path.of("/sys/fs/cgroup/cgroup.subtree_control"), "+cpu");
    Files.createDirectory(CGROUP);
    Files.writeString(CGROUP.resolve("cpu.max"), "1000 100000");
    Files.writeString(CGROUP.resolve("cgroup.procs"), pid);
  }

  private static List<Path> threads(String pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", pid, "task"))) {
      return threads.toList();
    }
  }

  private static String comm(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
