// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
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

/** What a decision costs, by the suite's own rows, as expected. One CPU, instruction time. */
@Tag("instructions")
@Tag("one-cpu")
class CostVmTest {
  private static final int RUNS = 3;
  private static final List<String> ROWS = List.of("cost-1", "cost-16");

  @RegisterExtension final Guest guest = new Guest();
  @TempDir private Path folder;

  private final BenchLog log = new BenchLog();

  @Test
  void decisionsCostWhatTheyDid() throws Exception {
    Opponent jland =
        new Opponent(
            "scx_jland", List.of(InstalledPackage.HOME.resolve("bin/scx_jland").toString()));
    Set<String> untraced =
        Set.of(Plan.key("cost-1", "scx_jland", 0), Plan.key("cost-16", "scx_jland", 0));
    new BenchRunner(
            new Plan("boot", "instructions", "guest", List.of(jland), ROWS, RUNS, untraced), log)
        .run(folder);

    assertEquals(List.of(1), log.boots.stream().map(Boot::cpus).toList());
    assertEquals(ROWS.size() * RUNS, log.samples.size());
    for (Sample sample : log.samples) {
      System.out.println("measured: " + sample.row() + ": " + sample.values());
      assertTrue(sample.counts(), sample::toString);
    }
    for (String row : ROWS) {
      for (String figure : List.of("user", "bpf")) {
        Expectation.check(row.replace('-', '_') + "_" + figure + "_ns", median(row, figure));
      }
    }
  }

  private double median(String row, String figure) {
    return Workloads.median(
        log.samples.stream()
            .filter(sample -> sample.row().equals(row))
            .map(sample -> sample.values().get(figure))
            .toList());
  }
}
