// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jland.bench.Figure;
import org.jland.bench.Row;

/**
 * The same work on more CPUs. In instruction time the elapsed time is the instructions of all CPUs
 * together, so what grows with them is the price of scheduling.
 */
final class ScaleWorkloads {
  private static final String FAMILY = "scale";

  private ScaleWorkloads() {}

  static List<Workload> all() {
    return IntStream.of(2, 4, 8, 16).mapToObj(ScaleWorkloads::hackbench).toList();
  }

  private static Workload hackbench(int cpus) {
    return new Sized(
        new CommandWorkload(
            new Row(
                "scale-" + cpus + "cpus",
                FAMILY,
                "hackbench -g 4 -l 100 on " + cpus + " CPUs",
                List.of(Figure.lower("time", "s"))),
            1.5,
            false,
            Background.NONE,
            "",
            stage -> List.of("hackbench", "-g", "4", "-l", "100"),
            output -> Map.of("time", Output.number(output, MessageWorkloads.HACKBENCH))),
        cpus);
  }

  /** A workload that must have so many CPUs. */
  private record Sized(Workload load, int count) implements Workload {
    @Override
    public Row row() {
      return load.row();
    }

    @Override
    public double seconds() {
      return load.seconds();
    }

    @Override
    public OptionalInt cpus() {
      return OptionalInt.of(count);
    }

    @Override
    public Map<String, Double> run(Stage stage)
        throws java.io.IOException, WorkloadException, InterruptedException {
      if (stage.cpus() != count) {
        throw new WorkloadException("it is for " + count + " CPUs, here are " + stage.cpus());
      }
      return load.run(stage);
    }
  }
}
