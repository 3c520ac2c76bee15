// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.OptionalDouble;
import org.jland.bench.Better;
import org.jland.bench.Figure;
import org.jland.bench.Summary;

/**
 * One figure, measured twice.
 *
 * @param figure which
 * @param base what the other one is held against
 * @param other another scheduler, or a later measurement
 */
public record Contrast(Figure figure, Summary base, Summary other) {

  /** Whether the medians differ by more than the spread, and to whose advantage. */
  public Verdict verdict() {
    if (!other.differsFrom(base)) {
      return Verdict.NONE;
    }
    boolean lower = other.median() < base.median();
    return lower == (figure.better() == Better.LOWER) ? Verdict.BETTER : Verdict.WORSE;
  }

  /**
   * Distance of the medians in percent of the base's; negative if the other one is lower. Infinite
   * if the base's is 0 and the other one's is not.
   */
  public double percent() {
    double distance = other.median() - base.median();
    return distance == 0 ? 0 : distance / Math.abs(base.median()) * 100;
  }

  /**
   * How far apart the medians are, at least 0: in percentage points if that is the figure's unit,
   * else in percent of the base's.
   */
  double apart() {
    double distance = figure.unit().equals("%") ? other.median() - base.median() : percent();
    return Math.abs(distance);
  }

  /**
   * Ratio of the medians, turned so that more than 1 is better; 1 if both are 0. Empty if only one
   * of them is 0 or if one is negative: such a ratio says nothing.
   */
  public OptionalDouble ratio() {
    if (base.median() == other.median()) {
      return OptionalDouble.of(1);
    }
    if (!(base.median() > 0 && other.median() > 0)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        figure.better() == Better.LOWER
            ? base.median() / other.median()
            : other.median() / base.median());
  }

  /**
   * The difference in words: {@code none}, {@code +3.1 % worse}; in the figure's unit where the
   * base is 0 and percents say nothing.
   */
  public String text() {
    return verdict() == Verdict.NONE ? "none" : amount() + " " + verdict().word();
  }

  /** The difference without the verdict. */
  String amount() {
    if (Double.isFinite(percent())) {
      return Numbers.percent(percent());
    }
    double distance = other.median() - base.median();
    return (distance > 0 ? "+" : "") + Numbers.text(distance, Printable.line(figure.unit()));
  }
}
