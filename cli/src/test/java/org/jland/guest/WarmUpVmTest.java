// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whether a scheduler's JVM is done with itself when it attaches. */
@Tag("instructions")
class WarmUpVmTest {
  /** Methods of the JDK that may be compiled while the loads run. */
  private static final int FEW = 5;

  private static final String SCHEDULER_THREAD = "jland-sched";
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private static final int LOADS = 3;

  /** Of one CPU. */
  private static final double MAX_SHARE = 0.001;

  @RegisterExtension final Guest guest = new Guest();
  @TempDir private Path folder;

  @Test
  void nothingOfTheLoopIsCompiledAndNothingUndoneAfterTheAttach() throws Exception {
    Path jit = folder.resolve("jit.log");
    Map<String, String> environment =
        Map.of(
            "JDK_JAVA_OPTIONS",
            "-Xlog:jit+compilation=debug,deoptimization=debug:file=" + jit + ":uptime");
    Scheduler scheduler = guest.attachAsShipped("scx_jland", environment);
    int before = Files.readAllLines(jit).size();
    assertTrue(before > 100, () -> "the JVM tells nothing of its compilers in " + jit);

    loads();

    List<String> lines = Files.readAllLines(jit);
    scheduler.stop();
    List<String> since = lines.subList(before, lines.size());
    assertEquals(List.of(), since.stream().filter(WarmUpVmTest::isOfTheLoop).toList());
    assertTrue(since.size() <= FEW, since::toString);
  }

  /**
   * What is undone, or belongs to the loop. Beside it other threads watch and answer: now and then
   * one of the JDK's small methods that they use has been called often enough.
   */
  private static boolean isOfTheLoop(String line) {
    return !line.matches(".* java\\.(lang|util)\\.[A-Za-z0-9]+::[a-zA-Z]+ \\(\\d+ bytes\\)")
        || line.contains("java.lang.Math");
  }

  /**
   * On one CPU: where several take turns, a thread that is on a CPU while another one has the turn
   * is charged all of that, some ms.
   */
  @Test
  @Tag("one-cpu")
  void allThreadsButTheSchedulersTogetherTakeLessThanAThousandthOfACpu() throws Exception {
    Scheduler scheduler = guest.attachAsShipped("scx_jland");
    long attached = System.nanoTime();
    loads();
    while (System.nanoTime() - attached < SETTLING.toNanos()) {
      guest.run("hackbench", "-g", "2", "-l", "100");
    }
    long start = System.nanoTime();
    Map<String, Long> before = othersCpuNs(scheduler.program().pid());

    // Long enough for what comes once, as a small method that is compiled for the watching thread.
    for (int i = 0; i < LOADS; i++) {
      loads();
    }

    Map<String, Long> since = othersCpuNs(scheduler.program().pid());
    long length = System.nanoTime() - start;
    since.replaceAll((thread, ns) -> ns - before.getOrDefault(thread, 0L));
    since.values().removeIf(ns -> ns == 0);
    long ns = since.values().stream().mapToLong(Long::longValue).sum();
    double share = (double) ns / length;
    System.out.printf(
        "measured: the JVM's other threads: %.3f %% of a CPU in %d ms, ns: %s%n",
        100 * share, length / 1_000_000, since);
    scheduler.stop();
    assertTrue(share < MAX_SHARE, () -> share + " of a CPU, ns: " + since);
  }

  /** Tasks of every kind: many and few at once, short and long, nice and not, in pairs. */
  private void loads() throws IOException {
    guest.run("hackbench", "-g", "4", "-l", "100");
    guest.run("perf", "bench", "sched", "pipe", "-l", "10000");
    guest.run(
        "sysbench",
        "threads",
        "--threads=8",
        "--thread-locks=2",
        "--events=400",
        "--time=0",
        "run");
    Program hogs = guest.start("stress-ng", "--cpu", "3", "--cpu-method", "int64");
    Program nice = guest.start("nice", "-n", "10", "stress-ng", "--cpu", "2");
    hogs.mayFail(); // they are ended
    nice.mayFail();
    guest.run(
        "nice", "-n", "-5", "cyclictest", "--policy=other", "-t2", "-i1000", "--duration=2", "-q");
    hogs.close();
    nice.close();
  }

  /** CPU time so far of each thread, ns, by its name and id. */
  private static Map<String, Long> othersCpuNs(long pid) throws IOException {
    Map<String, Long> all = new TreeMap<>();
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc", String.valueOf(pid), "task"))) {
      for (Path thread : threads) {
        String name = Files.readString(thread.resolve("comm")).strip();
        if (!name.startsWith(SCHEDULER_THREAD)) {
          String text = Files.readString(thread.resolve("schedstat"));
          long ns = Long.parseLong(text.substring(0, text.indexOf(' ')));
          all.put(name + " " + thread.getFileName(), ns);
        }
      }
    }
    return all;
  }
}
