// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;
import org.jland.bench.Opponent;
import org.jland.bench.Row;

/**
 * Newer results held against older ones, figure by figure: those of the same row, scheduler and
 * name. Immutable.
 */
public final class Comparison {
  private final BenchResults older;
  private final BenchResults newer;
  private final Matching matching;

  private Comparison(BenchResults older, BenchResults newer) {
    this.older = older;
    this.newer = newer;
    this.matching = Matching.of(older, newer);
  }

  /** Compares. */
  public static Comparison of(BenchResults older, BenchResults newer) {
    return new Comparison(older, newer);
  }

  /** Every figure that both have, in the order of the older results. */
  public List<Change> changes() {
    return List.copyOf(matching.changes());
  }

  /** A line for each row, scheduler and figure that only one has or that can't be compared. */
  public List<String> unmatched() {
    return matching.unmatched().stream().map(Matching.Unmatched::what).toList();
  }

  /**
   * The change for the worse that is the greatest part of the older median, of those beyond the
   * spread; empty if there is none.
   */
  public Optional<Change> worstRegression() {
    return changes().stream()
        .filter(change -> change.contrast().verdict() == Verdict.WORSE)
        .max(Comparator.comparingDouble(Change::percentWorse));
  }

  /**
   * The headlines, which are the first figures of their rows, whose medians are apart by more than
   * so many percent of the older one, whatever the spread: of two measurements of the same thing,
   * those that did not repeat. Figures that are themselves in percent are parts of a fixed whole,
   * and are apart by percentage points: 16 of 120 frames are no more than 13 of 120 and 2.5 points.
   *
   * @param percent at least 0
   */
  public List<Change> headlinesBeyond(double percent) {
    return headlines().stream().filter(change -> change.contrast().apart() > percent).toList();
  }

  /** The changes of figures that stand first in their rows. */
  List<Change> headlines() {
    return changes().stream()
        .filter(change ->
            Matching.row(older, change.row())
                .filter(row -> row.figures().getFirst().equals(change.contrast().figure()))
                .isPresent())
        .toList();
  }

  /**
   * Why the newer results don't pass; empty if they do. They fail by
   *
   * <ul>
   *   <li>a figure, of any row and scheduler and not only the first of its row, whose median is
   *       worse by more than both sides' spread and by more than {@code percent} of the older one;
   *       any worse one if that is 0;
   *   <li>a row, scheduler or figure that the older results have and the newer ones lack, or have
   *       in another unit;
   *   <li>runs in the newer results that are void or missing, unless the older ones have none of
   *       that row and scheduler either and none was tried;
   *   <li>having nothing in common that may be judged.
   * </ul>
   *
   * <p>Figures in host time are judged only if both were measured on the same machine.
   *
   * @param percent at least 0
   */
  public List<String> failures(double percent) {
    if (!(percent >= 0)) {
      throw new IllegalArgumentException("percent " + percent);
    }
    List<String> failures = new ArrayList<>();
    if (matching.changes().isEmpty()) {
      failures.add("OLD and NEW have no figure in common");
    } else if (matching.changes().stream().noneMatch(this::isJudged)) {
      failures.add("OLD and NEW have only host time in common, of different machines");
    }
    matching.unmatched().stream()
        .filter(Matching.Unmatched::gone)
        .forEach(gone -> failures.add(gone.what()));
    newer.rows().forEach(row -> shortfalls(row, failures));
    changes().stream()
        .filter(change -> change.contrast().verdict() == Verdict.WORSE)
        .filter(change -> change.percentWorse() > percent)
        .filter(this::isJudged)
        .forEach(change -> failures.add(change.text()));
    return List.copyOf(failures);
  }

  private boolean isJudged(Change change) {
    return HostTime.obstacle(older, newer, change.row()).isEmpty();
  }

  private void shortfalls(Row row, List<String> failures) {
    for (Opponent opponent : newer.opponents()) {
      String name = opponent.name();
      boolean tried = wasTried(newer, row, name) || wasTried(older, row, name);
      RowFindings.shortfall(newer, row, opponent)
          .filter(text -> tried)
          .ifPresent(text ->
              failures.add(
                  Printable.line(row.name() + ", " + name + ": " + text + " in NEW")
                      + reasons(row, name)));
    }
  }

  private String reasons(Row row, String opponent) {
    List<String> reasons =
        newer.voided(row.name(), opponent).stream()
            .map(sample -> Printable.line(sample.voided()))
            .distinct()
            .toList();
    return reasons.isEmpty() ? "" : " (" + String.join("; ", reasons) + ")";
  }

  private static boolean wasTried(BenchResults results, Row row, String opponent) {
    return results.samples().stream()
        .anyMatch(sample -> sample.row().equals(row.name()) && sample.opponent().equals(opponent));
  }

  /** What else is different, so that a change may have another cause than the reader thinks. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    differ(warnings, "kernel", results -> Headline.different(results, Boot::kernel));
    differ(
        warnings,
        "CPUs",
        results -> Headline.different(results, boot -> String.valueOf(boot.cpus())));
    differ(warnings, "clock", results -> Headline.different(results, Boot::clock));
    differ(warnings, "machine", results -> Headline.different(results, Boot::machine));
    differ(warnings, "runs", results -> String.valueOf(results.runs()));
    differ(warnings, "command", results -> Headline.command(results.command()));
    for (Opponent before : older.opponents()) {
      newer.opponents().stream()
          .filter(after -> after.name().equals(before.name()) && !after.equals(before))
          .forEach(after ->
              differ(
                  warnings,
                  Printable.line(before.name()),
                  results -> Headline.command((results == older ? before : after).command())));
    }
    for (Row before : older.rows()) {
      Matching.row(newer, before.name())
          .filter(after -> !after.what().equals(before.what()))
          .ifPresent(after ->
              differ(
                  warnings,
                  Printable.line(before.name()),
                  results -> Printable.line((results == older ? before : after).what())));
    }
    List<String> rows = changes().stream().map(Change::row).distinct().toList();
    warnings.addAll(HostTime.warnings(older, newer, rows));
    for (BenchResults results : List.of(older, newer)) {
      if (!results.complete()) {
        warnings.add((results == older ? "OLD" : "NEW") + " is not complete");
      }
      if (results.runs() < 2) {
        warnings.add((results == older ? "OLD" : "NEW") + ": " + Headline.NO_SPREAD);
      }
    }
    return List.copyOf(warnings);
  }

  private void differ(List<String> warnings, String what, Function<BenchResults, String> value) {
    String before = value.apply(older);
    String after = value.apply(newer);
    if (!before.equals(after)) {
      warnings.add(what + ": " + before + " in OLD, " + after + " in NEW");
    }
  }

  /** The comparison for a terminal, like {@link TextReport}. */
  public String text() {
    return new ComparisonText(this).toString();
  }

  /**
   * The comparison as a page, like {@link HtmlReport}; the results are in {@code #old} and {@code
   * #new}.
   */
  public String html() {
    return new ComparisonPage(this).toString();
  }

  BenchResults older() {
    return older;
  }

  BenchResults newer() {
    return newer;
  }

  /** The changes beyond the spread, the worst first. */
  List<Change> beyondSpread() {
    return changes().stream()
        .filter(change -> change.contrast().verdict() != Verdict.NONE)
        .sorted(Comparator.comparingDouble(Change::percentWorse).reversed())
        .toList();
  }

  /** How many figures are compared, and how many changed: one line. */
  String tally() {
    long worse = count(Verdict.WORSE);
    long better = count(Verdict.BETTER);
    return Headline.counted(changes().size(), "figure")
        + " compared: "
        + worse
        + " worse, "
        + better
        + " better, "
        + (changes().size() - worse - better)
        + " not different";
  }

  private long count(Verdict verdict) {
    return changes().stream().filter(change -> change.contrast().verdict() == verdict).count();
  }
}
