// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jland.bench.Row;
import org.jland.bench.run.Suite;

/**
 * Which rows are wanted.
 *
 * @param suite {@code quick} or {@code full}
 * @param only names, in which {@code *} stands for anything; if there is one, the suite does not
 *     matter
 * @param allRealTime whether everything is measured in host time: then there are no rows that are
 *     others in host time
 * @param hasKernelSource whether a kernel can be built
 */
record BenchRows(String suite, List<String> only, boolean allRealTime, boolean hasKernelSource) {

  /** The rows, in the suite's order. */
  List<Row> rows() {
    return only.isEmpty() ? ofSuite() : named();
  }

  /** What a reader must know of these rows. */
  List<String> notes() {
    List<String> real =
        rows().stream().map(Row::name).filter(row -> Suite.isRealTime(row)).toList();
    return real.isEmpty()
        ? List.of()
        : List.of(
            String.join(", ", real)
                + ": host time, which depends on the host and on what else it does; compare them"
                + " within these results, or with others of the same machine when it is quiet");
  }

  private List<Row> ofSuite() {
    List<Row> rows =
        switch (suite) {
          case "quick" -> Suite.quickRows();
          case "full" -> Suite.rows();
          default -> throw new Failure("--suite is quick or full", Status.USAGE);
        };
    return Stream.concat(
            rows.stream().filter(this::exists),
            hasKernelSource ? Stream.of(Suite.kernelBuild()) : Stream.empty())
        .toList();
  }

  private List<Row> named() {
    List<Row> all = new ArrayList<>(Suite.rows().stream().filter(this::exists).toList());
    if (hasKernelSource) {
      all.add(Suite.kernelBuild());
    } else if (only.contains(Suite.kernelBuild().name())) {
      throw new Failure(
          Suite.kernelBuild().name() + " needs --host --kernel-source DIR", Status.USAGE);
    }
    for (String name : only) {
      if (all.stream().noneMatch(row -> matches(row, name))) {
        throw new Failure(
            "no workload is called '"
                + name
                + "'; see jland bench --list"
                + (allRealTime ? "; all are in host time with --host or --clock real" : ""),
            Status.USAGE);
      }
    }
    return all.stream().filter(row -> only.stream().anyMatch(name -> matches(row, name))).toList();
  }

  private boolean exists(Row row) {
    return !(allRealTime && Suite.isRealTime(row.name()));
  }

  private static boolean matches(Row row, String pattern) {
    return row.name().matches("\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E");
  }
}
