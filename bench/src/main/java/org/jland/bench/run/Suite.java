// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jland.bench.Row;

/** All workloads, in the order in which they are reported. Immutable. */
public final class Suite {
  private static final List<Workload> ALL = all();
  private static final Workload KERNEL_BUILD = new KernelBuild();

  private Suite() {}

  private static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    all.addAll(LatencyWorkloads.all());
    all.add(SchbenchWorkload.ofMachine());
    all.addAll(MessageWorkloads.all());
    all.addAll(ServerWorkloads.all());
    all.addAll(FrameWorkloads.all());
    all.addAll(ThroughputWorkloads.all());
    all.addAll(FairnessWorkloads.all());
    all.addAll(CostWorkload.all());
    all.addAll(ScaleWorkloads.all());
    all.addAll(RealTimeWorkload.of(all));
    return List.copyOf(all);
  }

  /** The rows of all workloads but {@link #kernelBuild}. */
  public static List<Row> rows() {
    return ALL.stream().map(Workload::row).toList();
  }

  /** The rows of the quick suite. */
  public static List<Row> quickRows() {
    return ALL.stream().filter(Workload::isQuick).map(Workload::row).toList();
  }

  /** The row that needs the sources of a kernel. */
  public static Row kernelBuild() {
    return KERNEL_BUILD.row();
  }

  /** Whether a row is another one in the host's time, whatever the clock of the others. */
  public static boolean isRealTime(String row) {
    return workload(row).orElseThrow().isRealTime();
  }

  /** How long one run of a row takes on the machine's clock, in seconds; a guess. */
  public static double seconds(String row) {
    return workload(row).orElseThrow().seconds();
  }

  /** The CPUs that a row must have; 0 if any number will do. */
  public static int cpus(String row) {
    return workload(row).orElseThrow().cpus().orElse(0);
  }

  static Optional<Workload> workload(String row) {
    return Stream.concat(ALL.stream(), Stream.of(KERNEL_BUILD))
        .filter(workload -> workload.row().name().equals(row))
        .findFirst();
  }
}
