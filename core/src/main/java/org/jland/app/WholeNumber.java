// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads an option's value that is a whole number within bounds; also for options of a policy:
 *
 * <pre>{@code
 * static final class LagBound extends WholeNumber {
 *   LagBound() {
 *     super("milliseconds", 1, 10_000);
 *   }
 * }
 *
 * @Option(names = "--lag-bound-ms", converter = LagBound.class, defaultValue = "100")
 * long lagBoundMs;
 * }</pre>
 */
public abstract class WholeNumber implements ITypeConverter<Long> {

  private final String unit;
  private final long min;
  private final long max;

  /**
   * Sets the bounds.
   *
   * @param unit what is counted, in the plural
   * @param min smallest value
   * @param max largest value
   */
  protected WholeNumber(String unit, long min, long max) {
    this.unit = unit;
    this.min = min;
    this.max = max;
  }

  @Override
  public Long convert(String text) {
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of bounds.
    }
    throw new TypeConversionException(
        "'" + text + "' is no whole number of " + unit + " from " + min + " to " + max);
  }
}
