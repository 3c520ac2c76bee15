// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jland.bench.BenchResults;
import org.jland.bench.Figure;
import org.jland.bench.Opponent;
import org.jland.bench.Row;

/**
 * How a scheduler compares with the first one over the rows of a family: the geometric mean of the
 * ratios of medians of each row's first figure, turned so that more than 1 is better. A row counts
 * if no run of the two is missing or void, and if its ratio is defined: a median of 0 on one side
 * leaves the row out, on both sides the ratio is 1.
 *
 * @param family the group of rows
 * @param opponent who is compared
 * @param mean empty if no row counts
 * @param rows how many the family has
 * @param leftOut the rows that don't count, each with the reason
 */
record FamilyMean(
    String family, String opponent, OptionalDouble mean, int rows, List<String> leftOut) {

  /** The means of a family, one for each scheduler after the first. */
  static List<FamilyMean> of(BenchResults results, String family) {
    List<Row> rows = results.rows().stream().filter(row -> row.family().equals(family)).toList();
    return results.opponents().stream()
        .skip(1)
        .map(opponent -> of(results, family, rows, opponent))
        .toList();
  }

  private static FamilyMean of(
      BenchResults results, String family, List<Row> rows, Opponent opponent) {
    Opponent base = results.opponents().getFirst();
    List<String> leftOut = new ArrayList<>();
    double logarithms = 0;
    int counted = 0;
    for (Row row : rows) {
      Optional<String> fault = fault(results, row, base, opponent);
      if (fault.isPresent()) {
        leftOut.add(Printable.line(row.name()) + " (" + fault.get() + ")");
      } else {
        logarithms += Math.log(ratio(results, row, base, opponent).getAsDouble());
        counted++;
      }
    }
    OptionalDouble mean =
        counted == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.exp(logarithms / counted));
    return new FamilyMean(family, opponent.name(), mean, rows.size(), List.copyOf(leftOut));
  }

  private static Optional<String> fault(
      BenchResults results, Row row, Opponent base, Opponent other) {
    for (Opponent opponent : List.of(base, other)) {
      if (results.runsOf(row, opponent) == 0) {
        return Optional.of("not for " + Printable.line(opponent.name()));
      }
      if (RowFindings.shortfall(results, row, opponent).isPresent()) {
        return Optional.of(Printable.line(opponent.name()) + " lacks runs");
      }
    }
    return ratio(results, row, base, other).isEmpty()
        ? Optional.of("a median is 0")
        : Optional.empty();
  }

  private static OptionalDouble ratio(
      BenchResults results, Row row, Opponent base, Opponent other) {
    Figure figure = row.figures().getFirst();
    return new Contrast(
            figure,
            results.summary(row.name(), base.name(), figure.name()).orElseThrow(),
            results.summary(row.name(), other.name(), figure.name()).orElseThrow())
        .ratio();
  }

  /** How many rows count. */
  int counted() {
    return rows - leftOut.size();
  }
}
