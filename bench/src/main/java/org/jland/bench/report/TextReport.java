// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.List;
import java.util.Locale;
import org.jland.bench.BenchResults;
import org.jland.bench.Summary;

/** Results for a terminal, at most 100 columns wide, in ASCII apart from names. */
public final class TextReport {
  private final BenchResults results;
  private final TextTable table = new TextTable("llrrl");

  private TextReport(BenchResults results) {
    this.results = results;
  }

  /**
   * Writes the report.
   *
   * <p>Beside a figure stands which way is better. A difference is that of the medians, in percent
   * of the first scheduler's, and "none" if it is no greater than either's spread. Where the first
   * scheduler's median is 0 it is given in the figure's unit; "!" marks what lacks runs. The
   * geometric means leave out rows in which one median is 0; if both are, their ratio is 1.
   */
  public static String of(BenchResults results) {
    TextReport report = new TextReport(results);
    report.head();
    for (String family : RowFindings.families(results)) {
      report.family(family);
    }
    return report.table + report.means();
  }

  private void head() {
    table.line(Headline.contest(results));
    table.line(Headline.extent(results) + "; " + Headline.origin(results));
    table.line(Headline.environment(results));
    if (!results.complete()) {
      table.line("NOT COMPLETE: some of it has not been measured; --resume goes on");
    }
    results.notes().forEach(note -> table.line("note: " + Printable.line(note)));
    table.line("");
  }

  private void family(String family) {
    table.line(Printable.line(family).toUpperCase(Locale.ROOT));
    String first = Printable.line(results.opponents().getFirst().name());
    table.cells("", "", "median", "least - greatest", "against " + first);
    for (RowFindings row : RowFindings.of(results, family)) {
      table.line(Printable.line(row.row().name()) + ": " + Printable.line(row.row().what()));
      row.figures().forEach(this::figure);
      row.faults().forEach(fault -> table.line("  ! " + fault));
      table.line("");
    }
  }

  private void figure(FigureFindings figure) {
    String better = figure.figure().better().name().toLowerCase(Locale.ROOT);
    String label = "  " + figure.label() + (figure.traced() ? "" : " (" + better + ")");
    for (Finding finding : figure.findings()) {
      table.cells(
          label,
          Printable.line(finding.name()),
          finding.summary().map(summary -> Numbers.text(summary.median())).orElse("-"),
          figure.traced() ? "" : finding.summary().map(TextReport::range).orElse(""),
          difference(finding));
      label = "";
    }
  }

  private static String range(Summary summary) {
    return Numbers.text(summary.min()) + " - " + Numbers.text(summary.max());
  }

  private static String difference(Finding finding) {
    String mark = finding.lacksRuns() ? " !" : "";
    return finding.summary().isEmpty()
        ? finding.shortfall() + mark
        : finding.contrast().map(Contrast::text).orElse("") + mark;
  }

  private String means() {
    if (results.opponents().size() < 2) {
      return "";
    }
    TextTable means = new TextTable("llrl");
    means.line(
        "GEOMETRIC MEAN of the ratios to "
            + Printable.line(results.opponents().getFirst().name())
            + ", by each workload's first figure; more than 1 is better");
    for (String family : RowFindings.families(results)) {
      String label = "  " + Printable.line(family);
      for (FamilyMean mean : FamilyMean.of(results, family)) {
        means.cells(label, Printable.line(mean.opponent()), ratio(mean), basis(mean));
        label = "";
      }
    }
    List<String> leftOut = leftOut();
    if (!leftOut.isEmpty()) {
      means.line("  left out: " + String.join(", ", leftOut));
    }
    return means.toString();
  }

  private static String ratio(FamilyMean mean) {
    return mean.mean().isPresent() ? Numbers.ratio(mean.mean().getAsDouble()) : "-";
  }

  private static String basis(FamilyMean mean) {
    return "over " + mean.counted() + " of " + Headline.counted(mean.rows(), "workload");
  }

  private List<String> leftOut() {
    return RowFindings.families(results).stream()
        .flatMap(family -> FamilyMean.of(results, family).stream())
        .flatMap(mean -> mean.leftOut().stream())
        .distinct()
        .toList();
  }
}
