// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;
import org.jland.bench.Opponent;
import org.jland.bench.Row;
import org.jland.bench.Sample;
import org.jland.bench.report.Comparison;
import org.jland.bench.run.BenchRunner;
import org.jland.bench.run.Plan;
import org.jland.bench.run.Suite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether a comparison finds what was made worse, and nothing else. By a row in which every wake-up
 * is a decision of user space; where a hand-off serves, as in {@code switch}, a slow decision does
 * not show.
 */
@Tag("instructions")
@Tag("one-cpu")
class ComparisonVmTest {
  private static final String ROW = "cost-1";
  private static final int RUNS = 2;
  private static final double FAIL_ABOVE = 10;

  /** scx_jlfifo, but for its busy loop. */
  private static final String SLOW =
      """
      import org.jland.app.SchedulerApp;
      import org.jland.policy.Dispatcher;
      import org.jland.policy.Policy;
      import org.jland.policy.TaskView;

      public final class Slow implements Policy {
        private final long sliceNs;
        private long arrivals;
        private long busy;

        private Slow(long sliceNs) {
          this.sliceNs = sliceNs;
        }

        @Override
        public void enqueued(TaskView task, Dispatcher out) {
          long value = arrivals;
          for (int i = 0; i < 3000; i++) {
            value = value * 31 + i;
          }
          busy += value;
          out.dispatch(task.id(), sliceNs, ++arrivals);
        }

        public static void main(String[] args) {
          System.exit(
              SchedulerApp.of("scx_slow", config -> new Slow(config.sliceNs())).run(args));
        }
      }
      """;

  @RegisterExtension final Guest guest = new Guest();
  @TempDir private Path folder;

  private final BenchLog log = new BenchLog();

  @Test
  void plantedSlowDecisionIsFoundAndAnUnchangedSchedulerIsNot() throws Exception {
    String bin = InstalledPackage.quick().resolve("bin").toString();
    String source = Files.writeString(folder.resolve("Slow.java"), SLOW).toString();
    Opponent older = new Opponent("older", List.of(bin + "/scx_jlfifo"));
    Opponent same = new Opponent("same", List.of(bin + "/scx_jlfifo"));
    Opponent slow = new Opponent("slow", List.of(bin + "/jland", "run", source));
    measure(List.of(older, same, slow));

    assertEquals(
        List.of(),
        Comparison.of(results("older"), results("same")).failures(FAIL_ABOVE),
        "nothing was changed");
    Comparison comparison = Comparison.of(results("older"), results("slow"));
    List<String> failures = comparison.failures(FAIL_ABOVE);
    System.out.println("measured: " + failures);
    assertFalse(failures.isEmpty(), comparison::text);
    assertTrue(failures.getFirst().startsWith(ROW + ", scx_jlfifo, user: "), comparison::text);
    assertTrue(failures.getFirst().endsWith(" worse"), comparison::text);
    assertTrue(
        failures.stream().noneMatch(line -> line.contains(", enqueue: ")),
        "the BPF side is the same");
  }

  /** In turns, as the suite does; untraced. */
  private void measure(List<Opponent> opponents) throws Exception {
    Set<String> untraced = new HashSet<>();
    opponents.forEach(opponent -> untraced.add(Plan.key(ROW, opponent.name(), 0)));
    Plan plan =
        new Plan("boot", Boot.INSTRUCTIONS, "guest", opponents, List.of(ROW), RUNS, untraced);
    new BenchRunner(plan, log).run(Files.createDirectory(folder.resolve("bench")));
    assertEquals(opponents.size() * RUNS, log.samples.size());
    log.samples.forEach(sample -> assertTrue(sample.counts(), sample::toString));
  }

  /** What was measured of one of them, as a result of scx_jlfifo. */
  private BenchResults results(String opponent) {
    Opponent named = new Opponent("scx_jlfifo", List.of("scx_jlfifo"));
    List<Row> rows = Suite.rows().stream().filter(row -> row.name().equals(ROW)).toList();
    List<Sample> renamed =
        log.samples.stream()
            .filter(sample -> sample.opponent().equals(opponent))
            .map(sample ->
                Sample.of(ROW, named.name(), sample.run(), sample.boot(), sample.values()))
            .toList();
    return new BenchResults(
        BenchResults.FORMAT,
        "test",
        "2026-11-26T00:00:00Z",
        List.of("jland", "bench"),
        RUNS,
        true,
        List.of(named),
        rows,
        log.boots,
        renamed,
        List.of());
  }
}
