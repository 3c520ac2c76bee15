// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import static org.jland.bench.report.SmallResults.JLAND;
import static org.jland.bench.report.SmallResults.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jland.bench.Figure;
import org.junit.jupiter.api.Test;

class FamilyMeanTest {
  private static final Figure TIME = Figure.lower("time", "s");

  private final SmallResults two =
      SmallResults.with(row("a", TIME), row("b", Figure.higher("ops", "1/s")))
          .runs("a", "eevdf", 4, 4)
          .runs("a", JLAND, 1, 1);

  @Test
  void meanIsGeometricAndCorrectedForDirection() {
    FamilyMean mean = mean(two.runs("b", "eevdf", 1, 1).runs("b", JLAND, 9, 9));
    assertEquals(6, mean.mean().getAsDouble(), 1e-12);
    assertEquals(2, mean.counted());
  }

  @Test
  void rowThatLacksARunOnEitherSideDoesNotCount() {
    FamilyMean mean = mean(two.runs("b", "eevdf", 1).runs("b", JLAND, 9, 9));
    assertEquals(4, mean.mean().getAsDouble(), 1e-12);
    assertEquals(1, mean.counted());
    assertEquals(List.of("b (eevdf lacks runs)"), mean.leftOut());
  }

  @Test
  void zeroOnOneSideLeavesTheRowOutAndDoesNotBreakTheMean() {
    FamilyMean mean = mean(two.runs("b", "eevdf", 0, 0).runs("b", JLAND, 9, 9));
    assertEquals(4, mean.mean().getAsDouble(), 1e-12);
    assertEquals(List.of("b (a median is 0)"), mean.leftOut());
  }

  @Test
  void zeroOnBothSidesCountsAsEqual() {
    FamilyMean mean = mean(two.runs("b", "eevdf", 0, 0).runs("b", JLAND, 0, 0));
    assertEquals(2, mean.mean().getAsDouble(), 1e-12);
    assertEquals(2, mean.counted());
  }

  @Test
  void voidRunThatWasMadeAgainDoesNotLeaveTheRowOut() {
    FamilyMean mean =
        mean(two.voided("b", JLAND, 1, "stall").runs("b", "eevdf", 1, 1).runs("b", JLAND, 1, 1));
    assertEquals(2, mean.counted());
  }

  @Test
  void familyWithoutASoundRowHasNoMean() {
    assertTrue(mean(SmallResults.with(row("a", TIME))).mean().isEmpty());
  }

  private static FamilyMean mean(SmallResults results) {
    return FamilyMean.of(results.results(), "family").getFirst();
  }
}
