// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jland.bench.BenchResults;
import org.jland.bench.Better;
import org.jland.bench.Figure;
import org.jland.bench.Opponent;
import org.jland.bench.Row;
import org.jland.bench.Sample;
import org.jland.bench.Summary;

/**
 * One figure of one row.
 *
 * @param figure which
 * @param traced whether it stems from the one traced run and is no measurement
 * @param findings one a scheduler; the first is what the others are held against
 */
record FigureFindings(Figure figure, boolean traced, List<Finding> findings) {
  /** CPU time in which a CPU idled although a task that may run there waited. */
  static final Figure IDLE = Figure.lower("traced: idle while runnable", "%");

  /** The longest time that a runnable task waited for a CPU. */
  static final Figure WAIT = Figure.lower("traced: longest wait", "us");

  /** One figure that was measured. */
  static FigureFindings of(BenchResults results, Row row, Figure figure) {
    Function<Opponent, Optional<Summary>> summaries =
        opponent -> results.summary(row.name(), opponent.name(), figure.name());
    Optional<Summary> base = summaries.apply(results.opponents().getFirst());
    List<Finding> findings =
        results.opponents().stream()
            .map(opponent -> {
              Optional<Summary> own = summaries.apply(opponent);
              boolean isBase = opponent.equals(results.opponents().getFirst());
              Optional<Contrast> contrast =
                  isBase
                      ? Optional.empty()
                      : base.flatMap(b -> own.map(o -> new Contrast(figure, b, o)));
              return new Finding(opponent.name(), own, contrast, results.runsOf(row, opponent));
            })
            .toList();
    return new FigureFindings(figure, false, findings);
  }

  /** The share of idling, in percent; empty if no traced run counts. */
  static Optional<FigureFindings> idle(BenchResults results, Row row) {
    return traced(
        results,
        row,
        IDLE,
        sample ->
            Optional.ofNullable(sample.idleWhileRunnable()).map(FigureFindings::percentOfShare));
  }

  /** The longest wait; empty if no traced run counts. */
  static Optional<FigureFindings> longestWait(BenchResults results, Row row) {
    return traced(results, row, WAIT, sample -> Optional.ofNullable(sample.longestWaitUs()));
  }

  private static double percentOfShare(double share) {
    return share * 100;
  }

  private static Optional<FigureFindings> traced(
      BenchResults results, Row row, Figure figure, Function<Sample, Optional<Double>> value) {
    List<Finding> findings =
        results.opponents().stream()
            .map(opponent ->
                new Finding(
                    opponent.name(),
                    results
                        .traced(row.name(), opponent.name())
                        .flatMap(value)
                        .map(number -> Summary.of(List.of(number))),
                    Optional.empty(),
                    Math.min(1, results.runsOf(row, opponent))))
            .toList();
    return findings.stream().allMatch(finding -> finding.count() == 0)
        ? Optional.empty()
        : Optional.of(new FigureFindings(figure, true, findings));
  }

  /** The greatest number in it: where its bars end. */
  double max() {
    return findings.stream()
        .flatMap(finding -> finding.summary().stream())
        .mapToDouble(Summary::max)
        .max()
        .orElse(0);
  }

  /** {@code time, s}. */
  String label() {
    String name = Printable.line(figure.name());
    return figure.unit().isEmpty() ? name : name + ", " + Printable.line(figure.unit());
  }

  /** Which way it improves, in words. */
  String direction() {
    return figure.better() == Better.LOWER ? "lower is better" : "higher is better";
  }
}
