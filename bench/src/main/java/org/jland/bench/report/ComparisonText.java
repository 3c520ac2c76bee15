// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.List;
import java.util.Locale;
import org.jland.bench.BenchResults;

/** A comparison for a terminal. One thread. */
final class ComparisonText {
  /** Two measurements of the same scheduler are to agree as closely as this. */
  private static final int AGREEMENT_PERCENT = 5;

  private final Comparison comparison;
  private final TextTable table = new TextTable("llrrl");

  ComparisonText(Comparison comparison) {
    this.comparison = comparison;
    origin("OLD", comparison.older());
    origin("NEW", comparison.newer());
    comparison.warnings().forEach(warning -> table.line("! " + warning));
    String last = "";
    for (Change change : comparison.changes()) {
      if (!change.row().equals(last)) {
        table.line("");
        table.cells(Printable.line(change.row()), "", "OLD", "NEW", "");
        last = change.row();
      }
      change(change);
    }
    ending();
  }

  private void origin(String name, BenchResults results) {
    table.line(name + ": " + Headline.environment(results) + "; " + Headline.origin(results));
  }

  private void change(Change change) {
    Contrast contrast = change.contrast();
    FigureFindings figure = new FigureFindings(contrast.figure(), false, List.of());
    String better = contrast.figure().better().name().toLowerCase(Locale.ROOT);
    table.cells(
        "  " + figure.label() + " (" + better + ")",
        Printable.line(change.opponent()),
        Numbers.text(contrast.base().median()),
        Numbers.text(contrast.other().median()),
        contrast.text());
  }

  private void ending() {
    table.line("");
    comparison.unmatched().forEach(line -> table.line("! " + line));
    headlines();
    table.line(comparison.tally());
    comparison
        .worstRegression()
        .ifPresent(worst -> table.line("worst regression: " + worst.text()));
  }

  private void headlines() {
    List<Change> beyond = comparison.headlinesBeyond(AGREEMENT_PERCENT);
    table.line(
        "headlines (first figures of their rows): "
            + beyond.size()
            + " of "
            + comparison.headlines().size()
            + " apart by more than "
            + AGREEMENT_PERCENT
            + " %, shares by as many points");
    beyond.forEach(change ->
        table.line(
            "  "
                + Printable.line(change.row())
                + ", "
                + Printable.line(change.opponent())
                + ", "
                + Printable.line(change.contrast().figure().name())
                + ": "
                + change.contrast().amount()));
  }

  @Override
  public String toString() {
    return table.toString();
  }
}
