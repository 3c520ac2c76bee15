// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.stats.StatsClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What must hold on every kernel; {@code ./jland test --kernels all} makes a table of it. */
@Tag("core")
class CoreVmTest {
  /** What the backend does without where a kernel lacks it (shim.h), and what users miss then. */
  private static final Map<String, String> OPTIONAL =
      new TreeMap<>(
          Map.of(
              "scx_bpf_dsq_peek", "order between a CPU's own queue and the shared one",
              "scx_bpf_pick_idle_cpu_node", "--numa-local"));

  @RegisterExtension final Guest guest = new Guest();

  @BeforeEach
  void kernelIsLoadable() {
    LoadableKernel.assume();
  }

  @Test
  void tasksAreScheduledByJavaAndEachIsAccountedFor() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    try (StatsClient stats = scheduler.stats()) {
      stats.stats();
      guest.run("hackbench", "-g", "1", "-l", "50");
      guest.run("stress-ng", "--fork", "1", "--switch", "1", "--cpu", "2", "--timeout", "2");
      Metrics metrics = stats.stats();
      // Once by a decision, and then time and again by one that stands.
      assertTrue(metrics.get(Metric.NR_USER_DISPATCHES) > 100, metrics::toString);
      long decided = metrics.get(Metric.NR_USER_DISPATCHES) + metrics.get(Metric.NR_STANDING);
      assertTrue(decided > 500, metrics::toString);
      assertEquals(0, metrics.get(Metric.NR_RING_ERRORS), metrics::toString);
    }
    scheduler.stop();
  }

  @Test
  void stoppedSchedulerIsBypassedAndComesBack() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    guest.start("stress-ng", "--fork", "1", "--cpu", "3", "--timeout", "3600").mayFail();
    try (StatsClient stats = scheduler.stats()) {
      stats.stats();
      scheduler.program().signal("STOP");
      // New processes, sleeps and wake-ups: they need a scheduler, and there is no Java.
      guest.run("sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done");
      scheduler.program().signal("CONT");
      Metrics meanwhile = stats.stats();
      assertTrue(meanwhile.get(Metric.NR_BYPASSES) > 0, meanwhile::toString);
      assertTrue(meanwhile.get(Metric.BYPASS_NS) > 500_000_000L, meanwhile::toString);
      assertTrue(meanwhile.get(Metric.NR_BYPASS_DISPATCHES) > 20, meanwhile::toString);
      assertTrue(
          Wait.until(Duration.ofSeconds(60), () -> decidesAgain(stats)),
          "Java does not schedule again");
    }
    scheduler.stop();
    assertTrue(scheduler.output().contains("Java was late"), scheduler::output);
  }

  /** Since it was asked last. */
  private static boolean decidesAgain(StatsClient stats) {
    try {
      return stats.stats().get(Metric.NR_USER_DISPATCHES) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void kernelHasWhatTheBackendCannotDoWithout() throws IOException {
    Set<String> functions;
    try (Stream<String> symbols = Files.lines(Path.of("/proc/kallsyms"))) {
      functions =
          symbols
              .map(line -> line.split("[ \\t]")[2])
              .filter(name -> name.startsWith("scx_bpf_") || name.startsWith("bpf_iter_task_"))
              .collect(Collectors.toSet());
    }
    assertTrue(functions.contains("scx_bpf_dsq_insert_vtime"), functions::toString);
    assertTrue(functions.contains("bpf_iter_task_new"), functions::toString);
    OPTIONAL.forEach((function, what) -> {
      if (!functions.contains(function)) {
        System.out.println("without: " + what);
      }
    });
  }
}
