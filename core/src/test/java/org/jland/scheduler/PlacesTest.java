// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PlacesTest {
  private final Places places = new Places();

  private void given(long... vtimes) {
    for (long vtime : vtimes) {
      places.given(vtime);
    }
  }

  @Test
  void theEndIsTheLatestPlace() {
    given(5, 9, 7);
    assertEquals(9, places.end());
  }

  @Test
  void theLatestIsTheOneAfterTheWrapAsForTheKernel() {
    given(Long.MAX_VALUE - 1);
    for (int i = 1; i < Places.REMEMBERED; i++) {
      given(Long.MAX_VALUE - 1);
    }
    given(Long.MIN_VALUE + 3, Long.MAX_VALUE);
    assertEquals(Long.MIN_VALUE + 3, places.end());
  }

  @Test
  void anOddPlaceIsForgottenAfterAWhile() {
    given(1_000_000_000);
    for (int i = 0; i < 2 * Places.REMEMBERED; i++) {
      given(3);
    }
    assertEquals(3, places.end());
  }

  @Test
  void aPlaceOfLateIsRemembered() {
    given(50);
    for (int i = 0; i < Places.REMEMBERED; i++) {
      given(3);
    }
    assertEquals(50, places.end());
  }
}
