// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the frame loop measured; see {@code frameloop.c} of the bench module.
 *
 * @param onTime frames finished within their own period
 * @param frames periods in all
 * @param wakeups frames that were begun
 * @param worstGapUs longest time between the ends of two frames, µs
 * @param wakeP50Us wake-up latency, median, µs
 * @param wakeP99Us its 99th percentile, µs
 * @param wakeMaxUs its maximum, µs
 */
public record FrameLoop(
    int onTime,
    int frames,
    int wakeups,
    long worstGapUs,
    long wakeP50Us,
    long wakeP99Us,
    long wakeMaxUs) {
  private static final Pattern PAIR = Pattern.compile("(\\w+)=(-?[0-9]+)");

  /**
   * Reads the line that the program prints.
   *
   * @param line {@code frameloop on_time=… frames=… …}
   * @return what it says
   */
  public static FrameLoop parse(String line) {
    Map<String, Long> values = pairs(line);
    return new FrameLoop(
        (int) value(values, "on_time", line),
        (int) value(values, "frames", line),
        (int) value(values, "wakeups", line),
        value(values, "worst_gap_us", line),
        value(values, "wake_p50_us", line),
        value(values, "wake_p99_us", line),
        value(values, "wake_max_us", line));
  }

  /** All {@code name=number} of a line. */
  static Map<String, Long> pairs(String line) {
    Map<String, Long> values = new HashMap<>();
    Matcher matcher = PAIR.matcher(line);
    while (matcher.find()) {
      values.put(matcher.group(1), Long.valueOf(matcher.group(2)));
    }
    return values;
  }

  private static long value(Map<String, Long> values, String name, String line) {
    Long value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name + " in: " + line);
    }
    return value;
  }
}
