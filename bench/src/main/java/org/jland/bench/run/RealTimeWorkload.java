// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.List;
import java.util.Set;
import org.jland.bench.Row;

/**
 * A workload of the suite once more, in the host's time: a row of its own, in boots of its own. In
 * instruction time fixed work takes the sum of all CPUs' instructions, however badly it is spread;
 * here a CPU that idles costs what it costs.
 *
 * @param load as the suite has it
 */
record RealTimeWorkload(Workload load) implements WrappedWorkload {
  private static final String FAMILY = "throughput in real time";
  private static final String SUFFIX = "-real";
  private static final Set<String> LOADS =
      Set.of(
          "hackbench",
          "nginx",
          "pgread",
          "build",
          "transformer",
          "zstd",
          "sysbench-threads",
          "sysbench-memory");

  /** Those of {@code all} whose work is fixed or whose rate counts. */
  static List<Workload> of(List<Workload> all) {
    return all.stream()
        .filter(workload -> LOADS.contains(workload.row().name()))
        .<Workload>map(RealTimeWorkload::new)
        .toList();
  }

  @Override
  public Row row() {
    Row row = load.row();
    return new Row(
        row.name() + SUFFIX,
        FAMILY,
        row.what() + "; host time",
        row.figures(),
        row.schedulersOnly());
  }

  @Override
  public boolean isRealTime() {
    return true;
  }

  @Override
  public boolean isQuick() {
    return false;
  }
}
