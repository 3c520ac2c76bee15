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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jland.guest.FaultLoad.LongestWait;
import org.jland.os.OsProcess;
import org.jland.stats.Metric;
import org.jland.stats.StatsClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scheduler's process does not run for a while, or not as it likes, under load. Few
 * attachments, each for many faults: they are what takes time.
 */
@Tag("instructions")
@Tag("newest")
class StoppedVmTest {
  private static final int KILL = 9;
  private static final int CONT = 18;

  /** The kernel's watchdog waits for 5 s. */
  private static final Duration STOPPED =
      Duration.ofSeconds(Integer.getInteger("jland.stop.seconds"));

  private static final Duration RECORDED = Duration.ofSeconds(2);
  private static final Duration BACK = Duration.ofMillis(200);
  private static final Duration GONE = Duration.ofSeconds(1);
  private static final Duration HEAP_TIME = Duration.ofSeconds(3);
  private static final Pattern COLLECTIONS = Pattern.compile("collections (\\d+)");

  /** Those of a scheduler at work are none; the start has a few. */
  private static final int MIN_COLLECTIONS = 40;

  private static final Path CGROUP = Path.of("/sys/fs/cgroup/jland-slow");

  @RegisterExtension final Guest guest = new Guest();
  @TempDir private Path folder;

  @Test
  void stoppedSchedulerKeepsNobodyWaitingAndComesBackAtOnce() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    Program process = scheduler.program();
    try (FaultLoad load = FaultLoad.start(guest);
        StatsClient stats = scheduler.stats()) {
      long stop = System.nanoTime();
      load.during(
              "SIGSTOP",
              () -> {
                process.signal("STOP");
                Wait.pause(RECORDED);
              })
          .assertAtMost(FaultLoad.BOUND);
      Wait.pause(STOPPED.minusNanos(System.nanoTime() - stop));
      assertComesBack(process, load, stop);
      load.during("its thread is stopped at each yield, as by a debugger", () -> debug(scheduler))
          .assertAtMost(FaultLoad.BOUND);
      assertDecides(stats);
      Duration latency = load.end(scheduler);
      assertTrue(latency.compareTo(FaultLoad.BOUND) <= 0, latency::toString);
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

  /**
   * The scheduler's loop is compiled from the attach on, so only what happens meanwhile undoes it.
   */
  @Test
  void loopThatTheJitUndoesAgainAndAgainKeepsNobodyWaiting() throws IOException {
    Path jit = folder.resolve("jit.log");
    Files.createDirectories(UndoneScheduler.FOLDER);
    Scheduler scheduler =
        guest.attachOwnAsShipped(
            UndoneScheduler.class, "-Xlog:jit+compilation=debug:file=" + jit + ":uptime");
    try (FaultLoad load = FaultLoad.start(guest)) {
      for (int i = 0; i < UndoneScheduler.TIMES; i++) {
        int before = Files.readAllLines(jit).size();
        assertTrue(compiled(jit, 0) > undone(jit, 0), "the loop is not compiled");
        Path file = UndoneScheduler.FOLDER.resolve(String.valueOf(i));
        load.during(
                "the loop is undone by the JIT",
                () -> {
                  Files.createFile(file);
                  Wait.pause(RECORDED);
                })
            .assertAtMost(FaultLoad.BOUND);
        assertTrue(undone(jit, before) > 0, () -> "the JIT has undone nothing: " + jit);
        assertTrue(Wait.until(Guest.PATIENCE, () -> compiled(jit, before) > 0), "never compiled");
        System.out.println("measured: the JIT: " + aboutTheLoop(jit, before).toList());
      }
      load.end(scheduler);
    }
    scheduler.stop();
    assertEquals(0, scheduler.pageFaults(), scheduler::output);
  }

  private static long compiled(Path jit, int from) {
    return aboutTheLoop(jit, from).filter(line -> !line.contains("made not entrant")).count();
  }

  private static long undone(Path jit, int from) {
    return aboutTheLoop(jit, from).filter(line -> line.contains("made not entrant")).count();
  }

  private static Stream<String> aboutTheLoop(Path jit, int from) {
    try {
      return Files.readAllLines(jit).stream()
          .skip(from)
          .filter(line -> line.contains("SchedulerLoop::"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void policyThatKeepsAlmostAllOfTheHeapKeepsNobodyWaiting() throws IOException {
    Scheduler scheduler = guest.attachOwn(FullHeapScheduler.class);
    try (FaultLoad load = FaultLoad.start(guest)) {
      load.during("heap nearly full", () -> Wait.pause(HEAP_TIME)).assertAtMost(FaultLoad.BOUND);
      load.end(scheduler);
    }
    scheduler.stop();
    Matcher collections = COLLECTIONS.matcher(scheduler.output());
    assertTrue(collections.find(), scheduler::output);
    System.out.println("measured: " + collections.group());
    assertTrue(Integer.parseInt(collections.group(1)) >= MIN_COLLECTIONS, scheduler::output);
  }

  /** No names: the kernel lets no process rename another's threads. */
  @Test
  void whatAnAdministratorDoesToItsThreadsKeepsNobodyWaitingNorDoesAKill() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    String pid = String.valueOf(scheduler.program().pid());
    try (FaultLoad load = FaultLoad.start(guest);
        StatsClient stats = scheduler.stats()) {
      load.during(
              "its threads are pinned to a CPU, reniced and moved to a slow cgroup",
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
      assertDecides(stats);

      long killed = System.nanoTime();
      OsProcess.kill((int) scheduler.program().pid(), KILL);
      assertTrue(Wait.until(Guest.PATIENCE, () -> Guest.state().equals("disabled")));
      Duration gone = Duration.ofNanos(System.nanoTime() - killed);
      System.out.println(
          "measured: default scheduler back after SIGKILL: " + gone.toMillis() + " ms");
      assertTrue(gone.compareTo(GONE) <= 0, gone::toString);
      load.end();
    }
    scheduler.awaitEnd();
    assertTrue(Wait.until(Guest.PATIENCE, CGROUP.toFile()::delete), CGROUP + " is in use");
    guest.attach("scx_jland").stop();
  }

  /**
   * By the trace: this process waits for its turns beside the load, and needs many before it has
   * read the stats.
   */
  private static void assertComesBack(Program process, FaultLoad load, long stoppedNs)
      throws IOException {
    long[] contNs = new long[1];
    LongestWait wait =
        load.duringWithCustody(
            "SIGCONT",
            () -> {
              Wait.pause(RECORDED.dividedBy(4));
              contNs[0] = System.nanoTime();
              OsProcess.kill((int) process.pid(), CONT);
              Wait.pause(RECORDED.dividedBy(2));
            });
    wait.assertAtMost(FaultLoad.BOUND);
    assertEquals(0, wait.decisions().filter(ns -> ns < contNs[0]).count(), "it was not stopped");
    long firstNs = wait.decisions().min().orElseThrow();
    Duration back = Duration.ofNanos(firstNs - contNs[0]);
    System.out.printf(
        "measured: stopped for %.1f s, decides %.1f ms after SIGCONT, %d times in a second%n",
        (contNs[0] - stoppedNs) / 1e9, back.toNanos() / 1e6, wait.decisions().count());
    assertTrue(back.compareTo(BACK) <= 0, back::toString);
  }

  /** User space decides, as soon as this process, a task like others, can see. */
  private static void assertDecides(StatsClient stats) throws IOException {
    long start = System.nanoTime();
    stats.stats();
    while (stats.stats().get(Metric.NR_USER_DISPATCHES) == 0) {
      assertTrue(
          System.nanoTime() - start < Guest.PATIENCE.toNanos(), "user space decides nothing");
      Wait.pause(Duration.ofMillis(5));
    }
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
