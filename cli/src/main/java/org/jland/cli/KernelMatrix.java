// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jland.vm.Clock;
import org.jland.vm.KernelEntry;
import org.jland.vm.KernelVersion;
import org.jland.vm.Topology;

/**
 * The core guest tests on many kernels, in both clocks, and the table that comes of it.
 *
 * @param boots what runs
 */
record KernelMatrix(List<GuestBoot> boots) {
  /** Start of a line with which a guest test tells what a kernel lacks. */
  static final String WITHOUT = "without: ";

  private static final String BEGIN = "<!-- kernels: ./jland test --kernels ";
  private static final String END = "<!-- end of kernels -->";
  private static final Topology CPUS = Topology.flat(2);

  /**
   * Plans.
   *
   * @param kernels served or cached
   * @param which {@code all}, or {@code series} for the newest of each
   * @param tests all guest tests
   */
  static KernelMatrix plan(List<KernelEntry> kernels, String which, List<TestMethod> tests) {
    List<TestMethod> core =
        tests.stream().filter(test -> test.tags().contains(TestMethod.CORE)).toList();
    List<KernelVersion> versions =
        kernels.stream().map(KernelEntry::version).sorted().distinct().toList();
    List<GuestBoot> boots = new ArrayList<>();
    for (KernelVersion version : which.equals("all") ? versions : newestOfEachSeries(versions)) {
      for (Clock clock : List.of(Clock.SINGLE, Clock.INSTRUCTIONS)) {
        boots.add(
            new GuestBoot(version.number() + "-" + clock, version.release(), clock, CPUS, core));
      }
    }
    return new KernelMatrix(boots);
  }

  private static List<KernelVersion> newestOfEachSeries(List<KernelVersion> sorted) {
    Map<String, KernelVersion> newest = new LinkedHashMap<>();
    sorted.forEach(version -> newest.put(series(version), version));
    return List.copyOf(newest.values());
  }

  private static String series(KernelVersion version) {
    String[] numbers = version.number().split("\\.");
    return numbers.length < 2 ? numbers[0] : numbers[0] + "." + numbers[1];
  }

  /**
   * The table in Markdown.
   *
   * @param outcomes of the boots, by name
   * @param results where the guests' output is, a folder a boot
   */
  String table(Map<String, Outcome> outcomes, Path results) throws IOException {
    StringBuilder table = new StringBuilder();
    table.append("| kernel | host time | instruction time | without |\n|---|---|---|---|\n");
    Map<String, List<GuestBoot>> byKernel =
        boots.stream()
            .collect(
                Collectors.groupingBy(GuestBoot::kernel, LinkedHashMap::new, Collectors.toList()));
    for (var kernel : byKernel.entrySet()) {
      Set<String> missing = new TreeSet<>();
      Map<Clock, String> cells = new TreeMap<>();
      for (GuestBoot boot : kernel.getValue()) {
        cells.put(boot.clock(), cell(outcomes.get(boot.name())));
        missing.addAll(missing(results.resolve(boot.name())));
      }
      table.append(
          String.format(
              "| %s | %s | %s | %s |%n",
              new KernelVersion(kernel.getKey()).number(),
              cells.get(Clock.SINGLE),
              cells.get(Clock.INSTRUCTIONS),
              String.join(", ", missing)));
    }
    return table.toString();
  }

  private static String cell(Outcome outcome) {
    if (outcome == null) {
      return "not run";
    }
    Tally tally = outcome.tally();
    if (tally.failed() > 0) {
      return "**" + tally.failed() + " failed**";
    }
    return tally.passed() > 0 ? tally.passed() + " passed" : "can't";
  }

  private static Set<String> missing(Path folder) throws IOException {
    Path output = folder.resolve(GuestTests.OUTPUT);
    if (!Files.exists(output)) {
      return Set.of();
    }
    return Files.readAllLines(output, UTF_8).stream()
        .filter(line -> line.startsWith(WITHOUT))
        .map(line -> line.substring(WITHOUT.length()))
        .collect(Collectors.toSet());
  }

  /**
   * Puts a table in place of the one in a document.
   *
   * @param document has the two marks
   * @param which what was asked for, for the mark
   * @return the new text
   */
  static String replaceIn(String document, String which, String table) {
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new Failure("README.md has no place for the table: '" + BEGIN + "...', '" + END + "'");
    }
    return document.substring(0, begin)
        + BEGIN
        + which
        + " --update-readme -->\n"
        + table
        + document.substring(end);
  }

  /** Boots by name. */
  static Map<String, Outcome> byName(List<Outcome> outcomes) {
    return outcomes.stream().collect(Collectors.toMap(Outcome::runner, Function.identity()));
  }
}
