// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;
import org.jland.bench.Opponent;

/** What results are of, in words. Pure functions. */
final class Headline {
  /** What makes a difference of single runs weak. */
  static final String NO_SPREAD = "a single run has no spread, so any difference counts as one";

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm XXX", Locale.ROOT);

  private Headline() {}

  /** Who is compared: {@code scx_rustland and scx_jland against eevdf}. */
  static String contest(BenchResults results) {
    List<String> names =
        results.opponents().stream().map(Opponent::name).map(Printable::line).toList();
    return names.size() == 1
        ? names.getFirst()
        : enumeration(names.subList(1, names.size())) + " against " + names.getFirst();
  }

  /** How much was measured. */
  static String extent(BenchResults results) {
    return counted(results.rows().size(), "workload")
        + ", "
        + counted(results.runs(), "run")
        + " of each under each scheduler"
        + (results.runs() < 2 ? "; " + NO_SPREAD : "");
  }

  /** Where, in one line; several boots that differ are told apart by what differs. */
  static String environment(BenchResults results) {
    if (results.boots().isEmpty()) {
      return "nothing has been measured yet";
    }
    return different(results, Boot::machine)
        + ", kernel "
        + different(results, Boot::kernel)
        + ", "
        + different(results, boot -> counted(boot.cpus(), "CPU"))
        + ", clock: "
        + different(results, Boot::clock);
  }

  /** When and by what version. */
  static String origin(BenchResults results) {
    return "measured " + time(results.started()) + " with jland " + Printable.line(results.jland());
  }

  /** To the minute; as it is written where it is no time. */
  private static String time(String started) {
    try {
      return OffsetDateTime.parse(started).format(MINUTE).replace(" Z", " UTC");
    } catch (DateTimeParseException e) {
      return Printable.line(started);
    }
  }

  /** The command as it may be typed into a shell. */
  static String command(List<String> words) {
    return words.stream().map(Headline::quoted).collect(Collectors.joining(" "));
  }

  /** {@code 1 run}, {@code 3 runs}. */
  static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** What the boots say, each thing once. */
  static String different(BenchResults results, Function<Boot, String> what) {
    return results.boots().stream()
        .map(what)
        .map(Printable::line)
        .distinct()
        .collect(Collectors.joining(" and "));
  }

  /** {@code a, b and c}. */
  static String enumeration(List<String> names) {
    int last = names.size() - 1;
    return last == 0
        ? names.getFirst()
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  private static String quoted(String word) {
    String shown = Printable.line(word);
    return shown.matches("[A-Za-z0-9_@%+=:,./-]+")
        ? shown
        : "'" + shown.replace("'", "'\\''") + "'";
  }
}
