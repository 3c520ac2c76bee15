// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OutputTest {
  private static final String HISTOGRAM =
      """
      # /dev/cpu_dma_latency set to 0us
      # Histogram
      000000 000000\t000000
      000005 000090\t000008
      000700 000000\t000001
      # Total: 000000090 000000009
      # Min Latencies: 00005 00005
      # Avg Latencies: 00005 00078
      # Max Latencies: 00005 70000
      # Histogram Overflows: 00000 00001
      # Histogram Overflow at cycle number:
      # Thread 0:
      """;

  @Test
  void percentilesOfCyclictestCoverAllThreadsAndTheOverflows() throws WorkloadException {
    Map<String, Double> figures = Output.cyclictest(HISTOGRAM);
    assertEquals(100, figures.get("samples"));
    assertEquals((98 * 5 + 700 + 70_000) / 100.0, figures.get("mean"), 1e-9);
    assertEquals(5, figures.get("p50"));
    assertEquals(700, figures.get("p99"));
    assertEquals(70_000, figures.get("p99.9"));
    assertEquals(70_000, figures.get("max"));
  }

  @Test
  void outputsOfSeveralCyclictestsCountTogether() throws WorkloadException {
    Map<String, Double> figures =
        Output.cyclictest(HISTOGRAM.replace("70000", "80000") + HISTOGRAM);
    assertEquals(200, figures.get("samples"));
    assertEquals(80_000, figures.get("max"));
    assertEquals(5, figures.get("p50"));
    assertEquals(700, figures.get("p99"));
  }

  @Test
  void histogramOfFullLengthIsRead() throws WorkloadException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60_000; i++) {
      text.append(String.format("%06d 000001\t000000%n", i));
    }
    text.append("# Max Latencies: 59999 00000\n# Histogram Overflows: 00000 00000\n");
    assertEquals(29_999, Output.cyclictest(text.toString()).get("p50"));
  }

  @Test
  void cyclictestWithoutSamplesIsAFault() {
    assertThrows(WorkloadException.class, () -> Output.cyclictest("unable to set scheduler"));
    assertThrows(
        WorkloadException.class,
        () -> Output.cyclictest("# Max Latencies: 00000\n# Histogram Overflows: 00000\n"));
  }

  @Test
  void repeatedCommandFailsWithTheFirstRunThatDoes() {
    assertEquals(
        List.of("sh", "-c", "perf bench || exit; perf bench || exit"),
        Output.repeated(2, "perf", "bench"));
  }

  @Test
  void numbersAreAsManyAsAreWanted() throws WorkloadException {
    Pattern seconds = Pattern.compile("took ([0-9.]+) s");
    String output = "took 1.5 s\nsaid 7\ntook 9 s\ntook 2.5 s\n";
    assertEquals(List.of(1.5, 9.0, 2.5), Output.numbers(output, seconds, 3));
    assertThrows(WorkloadException.class, () -> Output.numbers(output, seconds, 4));
    assertThrows(WorkloadException.class, () -> Output.numbers(output, seconds, 2));
  }

  @Test
  void pairsAreThoseOfTheNamedLine() throws WorkloadException {
    assertEquals(
        Map.of("a_us", 1.5, "b", -2.0), Output.pairs("noise a_us=9\nload a_us=1.5 b=-2\n", "load"));
  }

  @Test
  void missingNumberIsToldWithTheEndOfTheOutput() {
    WorkloadException e =
        assertThrows(
            WorkloadException.class,
            () -> Output.number("it went\nwrong", Pattern.compile("Time: (\\d+)")));
    assertTrue(e.getMessage().endsWith("it went wrong"), e.getMessage());
  }

  @Test
  void processWithBlanksAndBracketsInItsNameIsRead() {
    assertEquals(
        "Stat[parent=7, ticks=1111]",
        ProcessTree.parse("42 (a) b) c) S 7 1 1 0 -1 4 0 0 0 0 1 10 100 1000 20 0 1 0 5 6 7")
            .toString());
  }

  @Test
  void everyRowHasAWorkloadANameOfItsOwnAndATime() {
    assertEquals(
        Suite.rows().size(), Suite.rows().stream().map(row -> row.name()).distinct().count());
    Suite.rows().forEach(row -> assertTrue(Suite.seconds(row.name()) > 0, row.name()));
    assertTrue(Suite.rows().containsAll(Suite.quickRows()));
  }
}
