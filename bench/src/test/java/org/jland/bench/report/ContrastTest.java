// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalDouble;
import org.jland.bench.Figure;
import org.jland.bench.Summary;
import org.junit.jupiter.api.Test;

class ContrastTest {
  private static final Figure TIME = Figure.lower("time", "s");
  private static final Figure RATE = Figure.higher("ops", "1/s");

  @Test
  void lowerTimeIsBetterAndLowerRateIsWorse() {
    assertEquals("-50.0 % better", contrast(TIME, 2, 1).text());
    assertEquals("-50.0 % worse", contrast(RATE, 2, 1).text());
  }

  @Test
  void ratioAboveOneIsBetterWhicheverWayTheFigureImproves() {
    assertEquals(OptionalDouble.of(2), contrast(TIME, 2, 1).ratio());
    assertEquals(OptionalDouble.of(0.5), contrast(RATE, 2, 1).ratio());
  }

  @Test
  void distanceWithinTheSpreadOfEitherSideIsNone() {
    Summary wide = Summary.of(List.of(1.0, 1.5, 2.5));
    Summary narrow = Summary.of(List.of(3.0, 3.0, 3.0));
    assertEquals("none", new Contrast(TIME, wide, narrow).text());
    assertEquals("none", new Contrast(TIME, narrow, wide).text());
  }

  @Test
  void differenceToZeroIsGivenInTheFiguresUnitAndHasNoRatio() {
    assertEquals("+3 s worse", contrast(TIME, 0, 3).text());
    assertEquals("-3 1/s worse", contrast(RATE, 0, -3).text());
    assertEquals(OptionalDouble.empty(), contrast(TIME, 0, 3).ratio());
  }

  @Test
  void fallToZeroIsAHundredPercentAndHasNoRatio() {
    assertEquals("-100.0 % better", contrast(TIME, 3, 0).text());
    assertEquals(OptionalDouble.empty(), contrast(TIME, 3, 0).ratio());
  }

  @Test
  void twoZerosAreEqual() {
    assertEquals("none", contrast(TIME, 0, 0).text());
    assertEquals(OptionalDouble.of(1), contrast(TIME, 0, 0).ratio());
  }

  private static Contrast contrast(Figure figure, double base, double other) {
    return new Contrast(figure, Summary.of(List.of(base)), Summary.of(List.of(other)));
  }
}
