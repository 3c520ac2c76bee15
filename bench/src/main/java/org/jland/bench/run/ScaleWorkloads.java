// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.List;
import java.util.Map;
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
    return new SizedWorkload(
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
        cpus,
        true);
  }
}
