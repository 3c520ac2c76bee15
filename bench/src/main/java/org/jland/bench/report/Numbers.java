// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.Locale;

/**
 * How numbers are written wherever results are shown: at least four significant digits, whole
 * thousands apart. Thread-safe.
 */
final class Numbers {
  private static final int DIGITS = 4;
  private static final double TINY = 1e-3;
  private static final double HUGE = 1e10;

  private Numbers() {}

  /** A figure's value, for example {@code 1.698}, {@code 73 440}, {@code 2.5e-6}. */
  static String text(double value) {
    if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return value == 0 ? "0" : String.valueOf(value);
    }
    double size = Math.abs(value);
    if (size < TINY || size >= HUGE) {
      return String.format(Locale.ROOT, "%." + (DIGITS - 1) + "e", value)
          .replaceFirst("\\.?0*e([+-])0*", "e$1")
          .replace("e+", "e");
    }
    int before = (int) Math.floor(Math.log10(size)) + 1;
    int decimals = Math.max(0, DIGITS - before);
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", value).replace(',', ' ');
    return decimals == 0 ? text : text.replaceFirst("\\.?0+$", "");
  }

  /** The same with its unit, for example {@code 1.698 s}. */
  static String text(double value, String unit) {
    return unit.isEmpty() ? text(value) : text(value) + " " + unit;
  }

  /** A change in percent, with its sign, for example {@code +3.1 %}. */
  static String percent(double percent) {
    double size = Math.abs(percent);
    String sign = percent < 0 ? "-" : "+";
    if (size > 0 && size < TINY) {
      return sign + "<0.001 %";
    }
    if (size >= 1000) {
      return sign + text(Math.rint(size)) + " %";
    }
    return String.format(Locale.ROOT, size >= 0.1 ? "%+.1f %%" : "%+.3f %%", percent);
  }

  /** A ratio, for example {@code 1.08}. */
  static String ratio(double ratio) {
    return ratio >= 0.1 && ratio < 100 ? String.format(Locale.ROOT, "%.2f", ratio) : text(ratio);
  }
}
