// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;

/**
 * Which rows of two results may be judged. What is measured in instructions is the same on every
 * host; what is measured in host time says something about schedulers only if both were measured on
 * the same machine. Pure functions.
 */
final class HostTime {
  private HostTime() {}

  /**
   * Why a row of the two must not be judged; empty if it may.
   *
   * @return {@code guest on A in OLD, guest on B in NEW}
   */
  static Optional<String> obstacle(BenchResults older, BenchResults newer, String row) {
    boolean hostTime =
        older.bootsOf(row).stream().anyMatch(Boot::isRealTime)
            || newer.bootsOf(row).stream().anyMatch(Boot::isRealTime);
    String before = machines(older, row);
    String after = machines(newer, row);
    return hostTime && !before.equals(after)
        ? Optional.of(before + " in OLD, " + after + " in NEW")
        : Optional.empty();
  }

  /** The rows that must not be judged, a line for each pair of machines. */
  static List<String> warnings(BenchResults older, BenchResults newer, List<String> rows) {
    return rows.stream()
        .filter(row -> obstacle(older, newer, row).isPresent())
        .collect(Collectors.groupingBy(row -> obstacle(older, newer, row).orElseThrow()))
        .entrySet()
        .stream()
        .map(entry ->
            "host time of different machines, not judged: "
                + entry.getValue().stream().map(Printable::line).collect(Collectors.joining(", "))
                + " ("
                + entry.getKey()
                + ")")
        .sorted()
        .toList();
  }

  private static String machines(BenchResults results, String row) {
    return results.bootsOf(row).stream()
        .map(boot -> boot.machine() + (boot.isRealTime() ? "" : ", instructions"))
        .map(Printable::line)
        .distinct()
        .sorted()
        .collect(Collectors.joining(" and "));
  }
}
