// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import static org.jland.bench.report.SmallResults.JLAND;
import static org.jland.bench.report.SmallResults.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;
import org.jland.bench.Figure;
import org.jland.bench.ResultsFile;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Figure TIME = Figure.lower("time", "s");
  private static final Figure RATE = Figure.higher("ops", "1/s");
  private static final SmallResults NOTHING = SmallResults.with(row("a", TIME), row("b", RATE));
  private static final SmallResults OLD =
      NOTHING
          .runs("a", "eevdf", 10, 10)
          .runs("a", JLAND, 10, 10)
          .runs("b", "eevdf", 10, 10)
          .runs("b", JLAND, 10, 10);

  @Test
  void sameResultsPass() {
    Comparison comparison = compared(OLD);
    assertEquals(List.of(), comparison.failures(0));
    assertEquals(List.of(), comparison.warnings());
    assertEquals(List.of(), comparison.unmatched());
    assertEquals(Optional.empty(), comparison.worstRegression());
  }

  @Test
  void regressionFailsAboveThePercentAndPassesAtIt() {
    Comparison comparison = compared(with("a", JLAND, 11, 11));
    assertEquals(
        List.of("a, scx_jland, time: 10 s, then 11 s: +10.0 % worse"), comparison.failures(9.9));
    assertEquals(List.of(), comparison.failures(10));
  }

  @Test
  void headlineThatIsApartByMoreThanThePercentDidNotRepeatWhateverTheSpread() {
    Comparison comparison = compared(with("a", JLAND, 9, 13));
    assertEquals(1, comparison.headlinesBeyond(9.9).size());
    assertEquals("a", comparison.headlinesBeyond(9.9).getFirst().row());
    assertEquals(List.of(), comparison.headlinesBeyond(10));
    assertTrue(comparison.text().contains("1 of 4 apart by more than 5 %"), comparison.text());
    assertTrue(comparison.text().contains("  a, scx_jland, time: +10.0 %"), comparison.text());
  }

  @Test
  void headlineInPercentIsApartByPercentagePoints() {
    SmallResults shares = SmallResults.with(row("a", Figure.higher("on_time", "%")));
    BenchResults before = shares.runs("a", JLAND, 11, 11).results();
    BenchResults after = shares.runs("a", JLAND, 14, 14).results();
    Comparison comparison = Comparison.of(before, after);
    assertEquals(List.of(), comparison.headlinesBeyond(3));
    assertEquals(1, comparison.headlinesBeyond(2.9).size());
    assertEquals(1, Comparison.of(after, before).headlinesBeyond(2.9).size());
  }

  @Test
  void regressionWithinTheSpreadPasses() {
    assertEquals(List.of(), compared(with("a", JLAND, 9, 13)).failures(0));
  }

  @Test
  void lowerRateIsARegressionAndHigherIsNone() {
    assertEquals(
        List.of("b, eevdf, ops: 10 1/s, then 8 1/s: -20.0 % worse"),
        compared(with("b", "eevdf", 8, 8)).failures(19));
    assertEquals(List.of(), compared(with("b", "eevdf", 12, 12)).failures(0));
  }

  @Test
  void risingFromZeroIsARegressionAboveAnyPercent() {
    SmallResults zero = NOTHING.runs("a", "eevdf", 0, 0);
    Comparison comparison =
        Comparison.of(zero.results(), NOTHING.runs("a", "eevdf", 1e-9, 1e-9).results());
    assertEquals(
        List.of("a, eevdf, time: 0 s, then 1e-9 s: +1e-9 s worse"), comparison.failures(1e9));
  }

  @Test
  void figuresBesideTheFirstCountToo() {
    SmallResults both = SmallResults.with(row("a", TIME, Figure.lower("p99", "us")));
    BenchResults before = both.runs("a", "eevdf", 1, 1).results();
    BenchResults after = both.runs("a", "eevdf", 2, 2).results();
    assertEquals(2, Comparison.of(before, after).failures(50).size());
  }

  @Test
  void worstRegressionIsTheGreatestInPercent() {
    Comparison comparison =
        compared(
            NOTHING
                .runs("a", "eevdf", 11, 11)
                .runs("a", JLAND, 1, 1)
                .runs("b", "eevdf", 6, 6)
                .runs("b", JLAND, 9, 9));
    Change worst = comparison.worstRegression().orElseThrow();
    assertEquals("b, eevdf", worst.row() + ", " + worst.opponent());
    assertEquals(40, worst.percentWorse());
  }

  @Test
  void missingAndVoidRunsOfTheNewerResultsFail() {
    SmallResults newer =
        NOTHING
            .runs("a", "eevdf", 10, 10)
            .runs("a", JLAND, 10)
            .runs("b", "eevdf", 10, 10)
            .voided("b", JLAND, 1, "stall")
            .voided("b", JLAND, 2, "stall");
    assertEquals(
        List.of(
            "a, scx_jland: 1 of 2 runs count in NEW", "b, scx_jland: no run counts in NEW (stall)"),
        compared(newer).failures(1000));
  }

  @Test
  void rowThatASchedulerNeverRunsDoesNotFail() {
    SmallResults only = NOTHING.runs("a", "eevdf", 10, 10).runs("b", "eevdf", 10, 10);
    assertEquals(List.of(), Comparison.of(only.results(), only.results()).failures(0));
  }

  @Test
  void rowsOfOneSideOnlyAreNamedAndFailIfTheNewerSideLacksThem() {
    SmallResults newer = SmallResults.with(row("a", TIME), row("c", RATE));
    Comparison comparison = compared(newer.runs("a", "eevdf", 1, 1).runs("a", JLAND, 1, 1));
    assertEquals(
        List.of("workload b is only in OLD", "workload c is only in NEW"), comparison.unmatched());
    assertEquals(List.of("workload b is only in OLD"), comparison.failures(0));
  }

  @Test
  void figureOfAnotherUnitIsNotCompared() {
    SmallResults newer =
        SmallResults.with(row("a", Figure.lower("time", "ms")), row("b", RATE))
            .runs("a", "eevdf", 10, 10)
            .runs("a", JLAND, 10, 10)
            .runs("b", "eevdf", 10, 10)
            .runs("b", JLAND, 10, 10);
    List<String> expected = List.of("a: time has another unit or direction");
    assertEquals(expected, compared(newer).unmatched());
    assertEquals(expected, compared(newer).failures(0));
  }

  @Test
  void nothingInCommonFails() {
    Comparison comparison = Comparison.of(NOTHING.results(), OLD.results());
    assertTrue(comparison.failures(0).contains("OLD and NEW have no figure in common"));
  }

  @Test
  void senselessPercentIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> compared(OLD).failures(-1));
    assertThrows(IllegalArgumentException.class, () -> compared(OLD).failures(Double.NaN));
  }

  @Test
  void anotherEnvironmentIsWarnedAbout() {
    SmallResults newer = OLD.booted(new Boot("boot-1", "6.19.0", 8, "instructions", "guest (KVM)"));
    assertEquals(
        List.of(
            "kernel: 6.18.2 in OLD, 6.19.0 in NEW",
            "CPUs: 4 in OLD, 8 in NEW",
            "clock: real in OLD, instructions in NEW",
            "machine: this machine in OLD, guest (KVM) in NEW",
            "host time of different machines, not judged: a, b"
                + " (this machine in OLD, guest (KVM), instructions in NEW)"),
        compared(newer).warnings());
    for (String warning : compared(newer).warnings()) {
      assertTrue(unwrapped(compared(newer)).contains("! " + warning + " "));
      assertTrue(
          Jsoup.parse(compared(newer).html()).select(".warning li").eachText().contains(warning));
    }
  }

  @Test
  void hostTimeOfAnotherMachineIsShownButNotJudged() {
    SmallResults slower = with("a", JLAND, 20, 20);
    SmallResults there = slower.booted(new Boot("boot-1", "6.18.2", 4, "real", "another"));
    assertEquals(1, compared(slower).failures(10).size(), "the same machine is judged");

    Comparison comparison = compared(there);
    assertEquals(
        List.of("OLD and NEW have only host time in common, of different machines"),
        comparison.failures(10));
    assertTrue(
        unwrapped(comparison)
            .contains(
                "! host time of different machines, not judged: a, b (this machine in OLD, another"
                    + " in NEW) "),
        comparison.text());
    assertTrue(comparison.text().contains("+100.0 % worse"), comparison.text());
  }

  @Test
  void instructionsAreJudgedWhateverTheMachine() {
    Boot here = new Boot("boot-1", "6.18.2", 4, "instructions", "guest");
    Boot there = new Boot("boot-1", "6.18.2", 4, "instructions", "guest (elsewhere)");
    SmallResults slower = with("a", JLAND, 20, 20).booted(there);
    assertEquals(
        List.of("a, scx_jland, time: 10 s, then 20 s: +100.0 % worse"),
        Comparison.of(OLD.booted(here).results(), slower.results()).failures(10));
  }

  @Test
  void hostTimeIsNotJudgedBesideInstructions() {
    Boot boot = new Boot("boot-1", "6.18.2", 4, "instructions", "this machine");
    Comparison comparison = compared(with("a", JLAND, 20, 20).booted(boot));
    assertEquals(
        List.of("OLD and NEW have only host time in common, of different machines"),
        comparison.failures(10));
  }

  @Test
  void textEndsWithTheWorst() {
    String text = compared(with("a", JLAND, 11, 11)).text();
    assertTrue(
        text.endsWith(
            """
            4 figures compared: 1 worse, 0 better, 3 not different
            worst regression: a, scx_jland, time: 10 s, then 11 s: +10.0 % worse
            """),
        text);
  }

  @Test
  void pageEmbedsBothResults() {
    BenchResults hostile = HostileResults.steering();
    Document page = Jsoup.parse(Comparison.of(OLD.results(), hostile).html());
    assertEquals(List.of("old", "new"), page.select("script").eachAttr("id"));
    assertEquals(OLD.results(), parsed(page, "old"));
    assertEquals(hostile, parsed(page, "new"));
  }

  private static BenchResults parsed(Document page, String id) {
    return ResultsFile.parse(page.getElementById(id).data(), BenchResults.class);
  }

  /** Long lines are broken. */
  private static String unwrapped(Comparison comparison) {
    return comparison.text().replaceAll("\\s+", " ");
  }

  private static Comparison compared(SmallResults newer) {
    return Comparison.of(OLD.results(), newer.results());
  }

  /** OLD, but for one scheduler's runs of one row. */
  private static SmallResults with(String row, String opponent, double... values) {
    SmallResults results = NOTHING;
    for (String name : List.of("a", "b")) {
      for (String other : List.of("eevdf", JLAND)) {
        boolean changed = name.equals(row) && other.equals(opponent);
        results = results.runs(name, other, changed ? values : new double[] {10, 10});
      }
    }
    return results;
  }
}
