// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jland.bench.Opponent;
import org.jland.bench.Sample;
import org.jland.bench.run.BenchRunner;
import org.jland.bench.run.Plan;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Who gets how much, by the suite's own row. Instruction time. */
@Tag("instructions")
@Tag("newest")
class FairnessVmTest {
  private static final String ROW = "shares-nice";
  private static final int RUNS = 3;

  @RegisterExtension final Guest guest = new Guest();
  @TempDir private Path folder;

  private final BenchLog log = new BenchLog();

  /** It was 0.90 when a task whose slice ended gave way before Java had placed it: ADR 35. */
  @Test
  void busyTasksGetWhatTheirWeightsSay() throws Exception {
    Opponent jland =
        new Opponent(
            "scx_jland", List.of(InstalledPackage.HOME.resolve("bin/scx_jland").toString()));
    Set<String> untraced = Set.of(Plan.key(ROW, "scx_jland", 0));
    new BenchRunner(
            new Plan("boot", "instructions", "guest", List.of(jland), List.of(ROW), RUNS, untraced),
            log)
        .run(folder);

    assertEquals(RUNS, log.samples.size());
    for (Sample sample : log.samples) {
      System.out.println("measured: " + sample.values());
      assertTrue(sample.counts(), sample::toString);
    }
    assertTrue(median("fair") > 0.98, log.samples::toString);
    assertTrue(median("longest_wait") < 100_000, log.samples::toString);
  }

  private double median(String figure) {
    return Workloads.median(
        log.samples.stream().map(sample -> sample.values().get(figure)).toList());
  }
}
