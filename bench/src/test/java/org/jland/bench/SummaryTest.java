// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void medianOfAnOddNumberIsTheMiddleOne() {
    assertEquals(new Summary(3, 2, 1, 9), Summary.of(List.of(9.0, 1.0, 2.0)));
  }

  @Test
  void medianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
    assertEquals(2.5, Summary.of(List.of(4.0, 1.0, 3.0, 2.0)).median());
  }

  @Test
  void nothingCantBeSummedUp() {
    assertThrows(IllegalArgumentException.class, () -> Summary.of(List.of()));
  }

  @Test
  void differenceBelowEitherSpreadIsNone() {
    Summary narrow = Summary.of(List.of(10.0, 10.1, 10.2));
    Summary wide = Summary.of(List.of(9.0, 11.5, 12.0));
    Summary far = Summary.of(List.of(20.0, 20.1, 20.2));
    assertFalse(narrow.differsFrom(wide));
    assertFalse(wide.differsFrom(narrow));
    assertTrue(narrow.differsFrom(far));
    assertTrue(far.differsFrom(wide));
  }
}
