// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jland.bench.BenchResults;
import org.jland.bench.Opponent;
import org.jland.bench.Row;
import org.jland.bench.Sample;

/**
 * One row, ready to be shown.
 *
 * @param row which
 * @param figures the row's, in its order, then what the traced run found
 * @param faults a line for every void run and every scheduler that lacks runs
 */
record RowFindings(Row row, List<FigureFindings> figures, List<String> faults) {

  /** Gathers a row. */
  static RowFindings of(BenchResults results, Row row) {
    List<FigureFindings> figures = new ArrayList<>();
    row.figures().forEach(figure -> figures.add(FigureFindings.of(results, row, figure)));
    FigureFindings.idle(results, row).ifPresent(figures::add);
    FigureFindings.longestWait(results, row).ifPresent(figures::add);
    return new RowFindings(row, List.copyOf(figures), faults(results, row));
  }

  /** Gathers the rows of a family, in their order. */
  static List<RowFindings> of(BenchResults results, String family) {
    return results.rows().stream()
        .filter(row -> row.family().equals(family))
        .map(row -> of(results, row))
        .toList();
  }

  /** The families in the order of their first rows. */
  static List<String> families(BenchResults results) {
    return results.rows().stream().map(Row::family).distinct().toList();
  }

  /** The figure that the row is judged by. */
  FigureFindings first() {
    return figures.getFirst();
  }

  /** Why a scheduler's row is not whole; empty if it is. */
  static Optional<String> shortfall(BenchResults results, Row row, Opponent opponent) {
    int least =
        row.figures().stream()
            .mapToInt(figure ->
                results
                    .summary(row.name(), opponent.name(), figure.name())
                    .map(summary -> summary.count())
                    .orElse(0))
            .min()
            .orElse(0);
    if (least >= results.runsOf(row, opponent)) {
      return Optional.empty();
    }
    return Optional.of(
        least == 0 ? "no run counts" : least + " of " + results.runs() + " runs count");
  }

  private static List<String> faults(BenchResults results, Row row) {
    List<String> faults = new ArrayList<>();
    for (Opponent opponent : results.opponents()) {
      String name = Printable.line(opponent.name());
      shortfall(results, row, opponent).ifPresent(text -> faults.add(name + ": " + text));
      Map<String, List<Sample>> voids =
          results.voided(row.name(), opponent.name()).stream()
              .collect(
                  Collectors.groupingBy(
                      sample -> Printable.line(sample.voided()),
                      LinkedHashMap::new,
                      Collectors.toList()));
      voids.forEach((why, samples) -> faults.add(name + ": " + which(samples) + " void: " + why));
    }
    return List.copyOf(faults);
  }

  /** {@code run 2 is}, {@code traced run, run 1 and run 2 are}. */
  private static String which(List<Sample> samples) {
    List<String> runs =
        samples.stream()
            .map(sample -> sample.run() == 0 ? "traced run" : "run " + sample.run())
            .distinct()
            .toList();
    return Headline.enumeration(runs) + (runs.size() == 1 ? " is" : " are");
  }
}
