// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import static org.jland.bench.report.SmallResults.JLAND;
import static org.jland.bench.report.SmallResults.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jland.bench.BenchResults;
import org.jland.bench.Figure;
import org.jland.bench.Opponent;
import org.junit.jupiter.api.Test;

class TextReportTest {

  @Test
  void reportReadsLikeThis() {
    BenchResults results =
        SmallResults.with(
                row("hackbench", Figure.lower("time", "s")),
                row("pipe", Figure.higher("ops", "1/s")),
                row("switch", Figure.higher("ops", "1/s")))
            .traced("hackbench", "eevdf", 0.0012, 812.5)
            .traced("hackbench", JLAND, 0, 1800)
            .runs("hackbench", "eevdf", 1.6, 1.7)
            .runs("hackbench", JLAND, 2.0, 2.1)
            .runs("pipe", "eevdf", 73000, 74000)
            .runs("pipe", JLAND, 73100, 73900)
            .runs("switch", "eevdf", 100, 102)
            .voided("switch", JLAND, 1, "stall")
            .voided("switch", JLAND, 2, "stall")
            .results()
            .withNote("a note");
    String text = text(results);
    int table = text.indexOf("FAMILY\n") + "FAMILY\n".length();
    assertEquals(
        """
        scx_jland against eevdf
        3 workloads, 2 runs of each under each scheduler; measured 2026-11-23 18:50 UTC with jland 0.1.0
        this machine, kernel 6.18.2, 4 CPUs, clock: real
        note: a note

        FAMILY
        """,
        text.substring(0, table));
    assertEquals(
        """
                                                     median  least - greatest  against eevdf
        hackbench: what hackbench does
          time, s (lower)                 eevdf        1.65         1.6 - 1.7
                                          scx_jland    2.05           2 - 2.1  +24.2 % worse
          traced: idle while runnable, %  eevdf        0.12
                                          scx_jland       0
          traced: longest wait, us        eevdf       812.5
                                          scx_jland   1 800

        pipe: what pipe does
          ops, 1/s (higher)               eevdf      73 500   73 000 - 74 000
                                          scx_jland  73 500   73 100 - 73 900  none

        switch: what switch does
          ops, 1/s (higher)               eevdf         101         100 - 102
                                          scx_jland       -                    no run counts !
          ! scx_jland: no run counts
          ! scx_jland: run 1 and run 2 are void: stall

        GEOMETRIC MEAN of the ratios to eevdf, by each workload's first figure; more than 1 is better
          family  scx_jland  0.90  over 2 of 3 workloads
          left out: switch (scx_jland lacks runs)
        """,
        text.substring(table));
  }

  @Test
  void noLineIsWiderThanAHundredColumns() {
    for (BenchResults results :
        List.of(PlausibleResults.of(1), HostileResults.printable(), HostileResults.steering())) {
      for (String text :
          List.of(text(results), Comparison.of(results, PlausibleResults.of(2)).text())) {
        text.lines().forEach(line -> assertTrue(TextTable.width(line) <= 100, line));
      }
    }
  }

  @Test
  void namesCannotSteerTheTerminal() {
    String text = text(HostileResults.steering());
    assertTrue(
        text.codePoints()
            .noneMatch(c -> c != '\n' && Character.isISOControl(c) || c == 0x202e || c == 0x2028));
    assertTrue(text.contains("\ufffd[31mred\ufffdder"));
  }

  @Test
  void resultsOfOneSchedulerHaveNothingToCompare() {
    String text = text(PlausibleResults.empty(List.of(), List.of(Opponent.eevdf())));
    assertTrue(text.startsWith("eevdf\n"), text);
    assertTrue(text.contains("NOT COMPLETE"), text);
    assertTrue(text.contains("nothing has been measured yet"), text);
  }

  @Test
  void resultsOfSingleRunsSayThatTheyHaveNoSpread() {
    BenchResults r = PlausibleResults.of(1);
    BenchResults single =
        new BenchResults(
            r.format(),
            r.jland(),
            r.started(),
            r.command(),
            1,
            true,
            r.opponents(),
            r.rows(),
            r.boots(),
            r.samples(),
            r.notes());
    assertTrue(text(single).contains("a single run has no spread"));
    assertTrue(
        Comparison.of(r, single)
            .warnings()
            .contains("NEW: a single run has no spread, so any difference counts as one"));
  }

  private static String text(BenchResults results) {
    return TextReport.of(results);
  }
}
