// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "1.69812, 1.698",
    "73440, 73 440",
    "1234567.4, 1 234 567",
    "10, 10",
    "9.99996, 10",
    "0.0012344, 0.001234",
    "0.00025, 2.5e-4",
    "2.4861e-7, 2.486e-7",
    "4e11, 4e11",
    "3.2412e11, 3.241e11",
    "-5.3214, -5.321",
    "NaN, NaN"
  })
  void valuesHaveFourSignificantDigits(double value, String text) {
    assertEquals(text, Numbers.text(value));
  }

  @ParameterizedTest
  @CsvSource({
    "0, +0.000 %",
    "3.14, +3.1 %",
    "-31, -31.0 %",
    "0.02, +0.020 %",
    "-0.0004, -<0.001 %",
    "33210.4, +33 210 %",
    "-1000, -1 000 %"
  })
  void percentsHaveASignAndEnoughDigitsNotToBeZero(double percent, String text) {
    assertEquals(text, Numbers.percent(percent));
  }

  @Test
  void ratiosHaveTwoDecimals() {
    assertEquals("1.08", Numbers.ratio(1.0765));
    assertEquals("0.0123", Numbers.ratio(0.0123));
  }
}
