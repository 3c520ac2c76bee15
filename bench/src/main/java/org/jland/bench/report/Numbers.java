// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.Locale;

/** How numbers are written wherever results are shown: four significant digits. Thread-safe. */
final class Numbers {
  private static final int DIGITS = 4;

  private Numbers() {}

  /** A figure's value, for example {@code 1.698}, {@code 73 440}. */
  static String text(double value) {
    if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return value == 0 ? "0" : String.valueOf(value);
    }
    int before = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
    int decimals = Math.max(0, Math.min(DIGITS, DIGITS - before));
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", value).replace(',', ' ');
    return decimals == 0 ? text : text.replaceFirst("\\.?0+$", "");
  }

  /** A ratio less one, for example {@code +3.1 %}. */
  static String percent(double ratio) {
    return String.format(Locale.ROOT, "%+.1f %%", (ratio - 1) * 100);
  }
}
