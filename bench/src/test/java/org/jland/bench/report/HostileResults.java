// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.List;
import java.util.Map;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;
import org.jland.bench.Figure;
import org.jland.bench.Opponent;
import org.jland.bench.Row;
import org.jland.bench.Sample;

/** Results of programs that call themselves what nobody expects. */
final class HostileResults {
  static final String SCRIPT = "</script><script>document.title='owned'</script>";
  static final String QUOTES = "a\"b'c` onmouseover=\"document.title='owned'\" &lt;&#0;$1\\";
  static final String UNICODE = "naïve 測試 🐧 " + "x".repeat(120);
  static final String CONTROL = "\u001b[31mred\u202eder\u0000\n\u2028\t\ud800end";

  private HostileResults() {}

  /** Names that can be shown as they are. */
  static BenchResults printable() {
    return named(SCRIPT, QUOTES, UNICODE, "<!--<script>" + SCRIPT);
  }

  /** Names that would steer a terminal, too. */
  static BenchResults steering() {
    return named(CONTROL, QUOTES + CONTROL, UNICODE, CONTROL + "<!--");
  }

  private static BenchResults named(String a, String b, String c, String d) {
    List<Figure> figures =
        List.of(Figure.lower(d, c), Figure.higher("n" + a, "<b>" + b), Figure.lower("t", ""));
    List<Row> rows = List.of(new Row(a, b, c, figures), new Row(b, a, d, figures));
    List<Opponent> opponents =
        List.of(new Opponent(b, List.of(a)), new Opponent(c, List.of(b, d, "")));
    BenchResults results = PlausibleResults.empty(rows, opponents).with(new Boot(a, b, 2, c, d));
    for (int run = 1; run <= PlausibleResults.RUNS; run++) {
      for (Opponent opponent : opponents) {
        double value = run + opponent.name().length();
        results =
            results.with(
                Sample.of(
                    a,
                    opponent.name(),
                    run,
                    a,
                    Map.of(d, value * 1e-9, "n" + a, value * 1e15, "t", 0.0)));
        results = results.with(Sample.voided(b, opponent.name(), run, a, "because " + a));
      }
    }
    return results.withNote(a).withNote(b).withNote(d);
  }
}
