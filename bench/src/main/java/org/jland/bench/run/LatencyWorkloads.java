// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.List;
import java.util.Map;
import org.jland.bench.Figure;
import org.jland.bench.Row;

/** How long it takes from a wake-up to a CPU. */
final class LatencyWorkloads {
  private static final String FAMILY = "wake-up latency";

  private LatencyWorkloads() {}

  static List<Workload> all() {
    return List.of(cyclictest(Background.FOUR_HOGS, "cyclictest-hogs"));
  }

  private static Workload cyclictest(Background background, String name) {
    return new CommandWorkload(
        new Row(
            name,
            FAMILY,
            "cyclictest, policy other, 2 threads that sleep 1 ms, " + background.what(),
            List.of(
                Figure.lower("p50", "us"),
                Figure.lower("p99", "us"),
                Figure.lower("p99.9", "us"),
                Figure.lower("max", "us"),
                CommandWorkload.KEPT)),
        1.5,
        true,
        background,
        "",
        stage ->
            List.of(
                "cyclictest", "--policy=other", "-t2", "-i1000", "--duration=1", "-q", "-h60000"),
        LatencyWorkloads::read);
  }

  /** Two threads for a second: some hundred samples at least, however late they are. */
  static Map<String, Double> read(String output) throws WorkloadException {
    Map<String, Double> all = new java.util.HashMap<>(Output.cyclictest(output));
    double samples = all.remove("samples");
    if (samples < 100) {
      throw new WorkloadException("cyclictest woke up " + (long) samples + " times only");
    }
    return all;
  }
}
