// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import java.util.Locale;

/** Metrics as text for people. Stateless. */
public final class MetricsFormat {

  private static final int MIN_WIDTH = 6;

  private MetricsFormat() {}

  /** Returns the heads of the monitor's columns. */
  public static String header() {
    StringBuilder line = new StringBuilder();
    for (Metric metric : Metric.values()) {
      if (!metric.column().isEmpty()) {
        append(line, metric, metric.column());
      }
    }
    return line.toString();
  }

  /**
   * Returns one line of the monitor.
   *
   * @param metrics gauges, and counters of one interval
   */
  public static String line(Metrics metrics) {
    StringBuilder line = new StringBuilder();
    for (Metric metric : Metric.values()) {
      if (!metric.column().isEmpty()) {
        append(line, metric, Long.toString(metrics.get(metric)));
      }
    }
    return line.toString();
  }

  private static void append(StringBuilder line, Metric metric, String text) {
    int width = Math.max(MIN_WIDTH, metric.column().length());
    line.append(line.isEmpty() ? "" : " ");
    line.append(" ".repeat(Math.max(0, width - text.length()))).append(text);
  }

  /** Returns the text of {@code --help-stats}: every metric on a line. */
  public static String help() {
    int width = 0;
    for (Metric metric : Metric.values()) {
      width = Math.max(width, metric.fieldName().length());
    }
    StringBuilder text =
        new StringBuilder("[Metrics] gauge: the present state; counter: since the last line\n");
    for (Metric metric : Metric.values()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-" + width + "s  u64 %-7s  %s%n",
              metric.fieldName(),
              metric.kind().name().toLowerCase(Locale.ROOT),
              metric.description()));
    }
    return text.toString();
  }
}
