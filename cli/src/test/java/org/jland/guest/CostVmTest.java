// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jland.bench.Boot;
import org.jland.bench.Opponent;
import org.jland.bench.Sample;
import org.jland.bench.run.BenchRunner;
import org.jland.bench.run.Plan;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a decision costs, by the suite's own rows, as expected: one that Java makes for each
 * wake-up, and one that stands. One CPU, instruction time.
 */
@Tag("instructions")
@Tag("one-cpu")
class CostVmTest {
  private static final int RUNS = 3;
  private static final String DECIDED = "decided";
  private static final String STANDING = "standing";
  private static final List<String> ROWS = List.of("cost-1", "cost-16");

  @RegisterExtension final Guest guest = new Guest();
  @TempDir private Path folder;

  private final BenchLog log = new BenchLog();

  @Test
  void decisionsCostWhatTheyDid() throws Exception {
    String program = InstalledPackage.HOME.resolve("bin/scx_jland").toString();
    List<Opponent> schedulers =
        List.of(
            new Opponent(DECIDED, List.of(program, "--no-standing")),
            new Opponent(STANDING, List.of(program)));
    Set<String> untraced = new HashSet<>();
    ROWS.forEach(
        row -> schedulers.forEach(scheduler -> untraced.add(Plan.key(row, scheduler.name(), 0))));
    new BenchRunner(
            new Plan("boot", "instructions", "guest", schedulers, ROWS, RUNS, untraced), log)
        .run(folder);

    assertEquals(List.of(1), log.boots.stream().map(Boot::cpus).toList());
    assertEquals(schedulers.size() * ROWS.size() * RUNS, log.samples.size());
    for (Sample sample : log.samples) {
      System.out.println(
          "measured: " + sample.opponent() + " " + sample.row() + ": " + sample.values());
      assertTrue(sample.counts(), sample::toString);
    }
    for (String row : ROWS) {
      for (String figure : List.of("user", "bpf")) {
        Expectation.check(
            row.replace('-', '_') + "_" + figure + "_ns", median(DECIDED, row, figure));
      }
    }
    Expectation.check("standing_bpf_ns", median(STANDING, "cost-1", "bpf"));
    // Java is asked once for a slice of CPU time.
    double user = median(STANDING, "cost-1", "user");
    assertTrue(user < median(DECIDED, "cost-1", "user") / 10, "user " + user);
  }

  private double median(String opponent, String row, String figure) {
    return Workloads.median(
        log.samples.stream()
            .filter(sample -> sample.opponent().equals(opponent) && sample.row().equals(row))
            .map(sample -> sample.values().get(figure))
            .toList());
  }
}
