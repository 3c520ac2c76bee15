// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jland.bench.BenchResults;
import org.jland.bench.Figure;
import org.jland.bench.Opponent;
import org.jland.bench.Row;
import org.jland.bench.Summary;

/** Which figures two results have in common, and which not. Immutable once made; one thread. */
final class Matching {
  private final BenchResults older;
  private final BenchResults newer;
  private final List<Change> changes = new ArrayList<>();
  private final List<Unmatched> unmatched = new ArrayList<>();

  /**
   * What can't be compared.
   *
   * @param what a line that says so
   * @param gone whether the newer results don't know it, or know something else by that name
   */
  record Unmatched(String what, boolean gone) {}

  private Matching(BenchResults older, BenchResults newer) {
    this.older = older;
    this.newer = newer;
  }

  static Matching of(BenchResults older, BenchResults newer) {
    Matching matching = new Matching(older, newer);
    matching.opponents();
    matching.rows();
    return matching;
  }

  /** What both have, in the order of the older results. */
  List<Change> changes() {
    return changes;
  }

  /** What one lacks, or has in another unit. */
  List<Unmatched> unmatched() {
    return unmatched;
  }

  private void opponents() {
    List<String> before = older.opponents().stream().map(Opponent::name).toList();
    List<String> after = newer.opponents().stream().map(Opponent::name).toList();
    onlyIn(before, after, "scheduler ");
  }

  private void rows() {
    List<String> before = older.rows().stream().map(Row::name).toList();
    List<String> after = newer.rows().stream().map(Row::name).toList();
    onlyIn(before, after, "workload ");
    for (Row row : older.rows()) {
      row(newer, row.name()).ifPresent(then -> figures(row, then));
    }
  }

  private void figures(Row before, Row after) {
    onlyIn(
        before.figures().stream().map(Figure::name).toList(),
        after.figures().stream().map(Figure::name).toList(),
        Printable.line(before.name()) + ": ");
    for (Figure figure : before.figures()) {
      after.figures().stream()
          .filter(then -> then.name().equals(figure.name()))
          .findFirst()
          .ifPresent(then -> figure(before.name(), figure, then));
    }
  }

  private void figure(String row, Figure before, Figure after) {
    if (!before.equals(after)) {
      unmatched.add(
          new Unmatched(
              Printable.line(row + ": " + before.name()) + " has another unit or direction", true));
      return;
    }
    for (Opponent opponent : older.opponents()) {
      if (newer.opponents().stream().anyMatch(then -> then.name().equals(opponent.name()))) {
        measured(row, opponent.name(), before);
      }
    }
  }

  private void measured(String row, String opponent, Figure figure) {
    Optional<Summary> before = older.summary(row, opponent, figure.name());
    Optional<Summary> after = newer.summary(row, opponent, figure.name());
    if (before.isPresent() && after.isPresent()) {
      changes.add(new Change(row, opponent, new Contrast(figure, before.get(), after.get())));
    } else if (before.isPresent() || after.isPresent()) {
      String what = Printable.line(row + ", " + opponent + ", " + figure.name());
      String side = after.isEmpty() ? "NEW" : "OLD";
      unmatched.add(new Unmatched(what + ": no run counts in " + side, false));
    }
  }

  private void onlyIn(List<String> before, List<String> after, String what) {
    before.stream()
        .filter(name -> !after.contains(name))
        .forEach(name -> unmatched.add(new Unmatched(only(what, name, "OLD"), true)));
    after.stream()
        .filter(name -> !before.contains(name))
        .forEach(name -> unmatched.add(new Unmatched(only(what, name, "NEW"), false)));
  }

  private static String only(String what, String name, String side) {
    return what + Printable.line(name) + " is only in " + side;
  }

  /** The row of that name. */
  static Optional<Row> row(BenchResults results, String name) {
    return results.rows().stream().filter(row -> row.name().equals(name)).findFirst();
  }
}
