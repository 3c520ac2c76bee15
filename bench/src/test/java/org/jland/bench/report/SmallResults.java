// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;
import org.jland.bench.Figure;
import org.jland.bench.Opponent;
import org.jland.bench.Row;
import org.jland.bench.Sample;

/** Results put together by hand: two schedulers, two runs of each row. Immutable. */
record SmallResults(BenchResults results) {
  static final String JLAND = "scx_jland";

  /** Rows of one figure each. */
  static SmallResults with(Row... rows) {
    List<Opponent> opponents =
        List.of(Opponent.eevdf(), new Opponent(JLAND, List.of("bin/scx_jland")));
    BenchResults empty = PlausibleResults.empty(List.of(rows), opponents);
    return new SmallResults(
        new BenchResults(
            empty.format(),
            empty.jland(),
            empty.started(),
            empty.command(),
            2,
            true,
            opponents,
            empty.rows(),
            List.of(new Boot("boot-1", "6.18.2", 4, "real", "this machine")),
            List.of(),
            List.of()));
  }

  static Row row(String name, Figure... figures) {
    return new Row(name, "family", "what " + name + " does", List.of(figures));
  }

  /** With runs of the row's first figure. */
  SmallResults runs(String row, String opponent, double... values) {
    BenchResults next = results;
    Row of = Matching.row(results, row).orElseThrow();
    for (int run = 1; run <= values.length; run++) {
      Map<String, Double> all = new LinkedHashMap<>();
      for (Figure figure : of.figures()) {
        all.put(figure.name(), values[run - 1]);
      }
      next = next.with(Sample.of(row, opponent, run, "boot-1", all));
    }
    return new SmallResults(next);
  }

  SmallResults voided(String row, String opponent, int run, String why) {
    return new SmallResults(results.with(Sample.voided(row, opponent, run, "boot-1", why)));
  }

  SmallResults traced(String row, String opponent, double idle, double wait) {
    return new SmallResults(results.with(Sample.traced(row, opponent, "boot-1", idle, wait)));
  }

  SmallResults booted(Boot boot) {
    BenchResults r = results;
    return new SmallResults(
        new BenchResults(
            r.format(),
            r.jland(),
            r.started(),
            r.command(),
            r.runs(),
            r.complete(),
            r.opponents(),
            r.rows(),
            List.of(boot),
            r.samples(),
            r.notes()));
  }
}
