// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jland.bench.Figure;
import org.jland.bench.Row;

/** Who gets how much. */
final class FairnessWorkloads {
  private static final String FAMILY = "fairness";
  private static final String PROGRAM = "shares";

  private FairnessWorkloads() {}

  static List<Workload> all() {
    return List.of(
        shares(
            "shares-nice",
            "busy threads of nice -5, 0, 0 and 5",
            List.of("nice", "1", "-5", "0", "0", "5"),
            List.of()),
        shares(
            "shares-sleepers",
            "4 busy threads beside 4 that want 1 ms of CPU every 20 ms",
            List.of("sleepers", "1", "4", "4"),
            List.of(Figure.higher("on_time", "%"), Figure.lower("wake_p99", "us"))),
        shares(
            "shares-pinned",
            "3 busy threads that may use one CPU only beside one that may use all",
            List.of("pinned", "1", "3", "1"),
            List.of()),
        shares(
            "shares-processes",
            "a process of 8 busy threads beside one of 1",
            List.of("processes", "1", "8", "1"),
            List.of()));
  }

  private static Workload shares(
      String name, String what, List<String> arguments, List<Figure> more) {
    List<Figure> figures =
        new ArrayList<>(
            List.of(
                Figure.higher("fair", ""),
                Figure.higher("worst_share", ""),
                Figure.lower("longest_wait", "us"),
                Figure.higher("busy", "")));
    figures.addAll(more);
    return new CommandWorkload(
        new Row(name, FAMILY, what, figures),
        1.2,
        name.equals("shares-nice"),
        Background.NONE,
        PROGRAM,
        stage -> arguments,
        output -> read(output, "shares_" + arguments.getFirst(), !more.isEmpty()));
  }

  static Map<String, Double> read(String output, String line, boolean sleepers)
      throws WorkloadException {
    Map<String, Double> pairs = Output.pairs(output, line);
    Map<String, Double> figures = new HashMap<>();
    for (String name : List.of("fair", "worst_share", "busy")) {
      figures.put(name, pairs.get(name));
    }
    figures.put("longest_wait", pairs.get("longest_wait_us"));
    if (sleepers) {
      figures.put("on_time", 100 * pairs.get("on_time") / pairs.get("periods"));
      figures.put("wake_p99", pairs.get("wake_p99_us"));
    }
    return figures;
  }
}
