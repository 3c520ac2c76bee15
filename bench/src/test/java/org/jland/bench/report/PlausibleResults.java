// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;
import org.jland.bench.Figure;
import org.jland.bench.Opponent;
import org.jland.bench.ResultsFile;
import org.jland.bench.Row;
import org.jland.bench.Sample;

/**
 * Results as a guest could have found them, with all that can go wrong in them. The same seed gives
 * the same results. {@link #main} writes the pages that show them, to be looked at.
 */
final class PlausibleResults {
  static final int RUNS = 5;
  static final List<Opponent> OPPONENTS =
      List.of(
          Opponent.eevdf(),
          new Opponent("scx_rustland", List.of("/usr/bin/scx_rustland")),
          new Opponent("scx_jland", List.of("bin/scx_jland", "--slice-us", "3000")));

  private final Random random;
  private final double speed;

  private PlausibleResults(long seed, double speed) {
    this.random = new Random(seed);
    this.speed = speed;
  }

  /** A complete run of 12 rows in 5 families. */
  static BenchResults of(long seed) {
    return new PlausibleResults(seed, 1).results(rows(), OPPONENTS);
  }

  /** The same machine a version later: scx_jland's numbers times {@code speed}. */
  static BenchResults later(long seed, double speed) {
    return new PlausibleResults(seed, speed).results(rows(), OPPONENTS);
  }

  static BenchResults empty(List<Row> rows, List<Opponent> opponents) {
    return new BenchResults(
        BenchResults.FORMAT,
        "0.1.0",
        "2026-11-23T18:50:57Z",
        List.of("./jland", "bench", "--runs", "5", "--against", "scx_rustland"),
        RUNS,
        false,
        opponents,
        rows,
        List.of(),
        List.of(),
        List.of());
  }

  private static List<Row> rows() {
    Figure kept = Figure.higher("kept", "%");
    Figure time = Figure.lower("time", "s");
    List<Figure> waits =
        List.of(
            Figure.lower("p50", "us"),
            Figure.lower("p99", "us"),
            Figure.lower("p99.9", "us"),
            Figure.lower("max", "us"),
            kept);
    List<Figure> frames =
        List.of(
            Figure.higher("on_time", "%"),
            Figure.lower("worst_gap", "us"),
            Figure.lower("wake_p99", "us"),
            kept);
    return List.of(
        row("cyclictest", "wake-up latency", "2 threads that sleep 1 ms, alone", waits),
        row("cyclictest-hogs", "wake-up latency", "the same beside four CPU hogs", waits),
        row("hackbench", "messages", "160 processes, 200 messages from each of 80 to 20", time),
        row("perf-pipe", "messages", "two processes, one token", Figure.higher("ops", "1/s")),
        row("switch", "messages", "stress-ng --switch 2", Figure.higher("ops", "1/s"), kept),
        row("frames-2ms-hogs", "interactive", "60 frames/s, 2 ms of CPU each, four hogs", frames),
        row("frames-4ms-build", "interactive", "60 frames/s, 4 ms each, a compile", frames),
        row("sysbench-threads", "throughput", "8 threads, 2 locks, 400 events", time),
        row("sysbench-memory", "throughput", "4 threads write 400000 blocks of 1 KiB", time),
        row("compile", "throughput", "make -j4 of a C library", time),
        row("fair-2", "fairness", "shares of two equal hogs", Figure.lower("unfairness", "")),
        row(
            "cost",
            "fairness",
            "what a decision costs",
            Figure.lower("per_switch", "instructions"),
            Figure.lower("energy", "J")));
  }

  private static Row row(String name, String family, String what, List<Figure> figures) {
    return new Row(name, family, what, figures);
  }

  private static Row row(String name, String family, String what, Figure... figures) {
    return new Row(name, family, what, List.of(figures));
  }

  private BenchResults results(List<Row> rows, List<Opponent> opponents) {
    BenchResults results = empty(rows, opponents);
    for (int boot = 1; boot <= 2; boot++) {
      results =
          results.with(
              new Boot("boot-" + boot, "6.18.2", 4, "instructions", "guest (TCG_INSTRUCTIONS)"));
    }
    for (int run = 0; run <= RUNS; run++) {
      for (Opponent opponent : opponents) {
        for (Row row : rows) {
          if (!isMissing(row, opponent, run)) {
            results = results.with(sample(row, opponent, run));
          }
        }
      }
    }
    return results
        .withNote("scx_rustland 1.0.20 is the version that the guest's distribution ships")
        .withNote("instruction time: one instruction takes one nanosecond, caches don't exist")
        .completed();
  }

  private static boolean isMissing(Row row, Opponent opponent, int run) {
    return row.name().equals("compile") && opponent.name().equals("scx_rustland") && run > 3
        || row.name().equals("cost") && opponent.isDefault();
  }

  private Sample sample(Row row, Opponent opponent, int run) {
    String boot = run < 3 ? "boot-1" : "boot-2";
    boolean rustland = opponent.name().equals("scx_rustland");
    if (row.name().equals("switch") && rustland) {
      return Sample.voided(
          row.name(),
          opponent.name(),
          run,
          boot,
          "runnable task stall (stress-ng[812] waited 5 s)");
    }
    if (row.name().equals("frames-4ms-build") && rustland && run == 2) {
      return Sample.voided(row.name(), opponent.name(), run, boot, "scx_rustland ended (status 1)");
    }
    if (run == 0) {
      double idle = opponent.isDefault() ? 0 : 0.03 * random.nextDouble();
      return Sample.traced(
          row.name(), opponent.name(), boot, idle, 100 + random.nextInt(20_000) / 7.0);
    }
    Map<String, Double> values = new LinkedHashMap<>();
    for (Figure figure : row.figures()) {
      values.put(figure.name(), value(row, figure, opponent));
    }
    return Sample.of(row.name(), opponent.name(), run, boot, values);
  }

  private double value(Row row, Figure figure, Opponent opponent) {
    double own =
        switch (opponent.name()) {
          case "eevdf" -> 1;
          case "scx_rustland" ->
              0.7 + Math.floorMod((row.name() + figure.name()).hashCode(), 97) / 120.0;
          default ->
              (0.85 + Math.floorMod((figure.name() + row.name()).hashCode(), 89) / 300.0) * speed;
        };
    double noise = 1 + random.nextGaussian() * 0.02;
    return switch (figure.name()) {
      case "p50" -> 61 * own * noise;
      case "p99" -> row.name().endsWith("hogs") ? 2_840 * own * noise : 0;
      case "p99.9" -> 4_100 * own * noise * noise;
      case "max" -> opponent.isDefault() ? 9_000 * noise : 30_000 * own * noise;
      case "kept" -> 99 - random.nextInt(300) / 100.0;
      case "on_time" -> 100 * Math.min(1, 0.8 * own * noise);
      case "worst_gap" -> 21_500 * own * noise;
      case "wake_p99" -> 1_320 * own * (1 + random.nextGaussian() * 0.2);
      case "ops" -> 184_300 * own * noise;
      case "unfairness" -> opponent.isDefault() ? 0 : 2.6e-7 * own * noise;
      case "per_switch" -> Math.rint(11_400 * own * noise);
      case "energy" -> 3.2e11 * own * noise;
      default -> 1.698 * own * noise;
    };
  }

  /** Writes results and every report of them to the folder {@code arguments[0]}. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    BenchResults results = of(1);
    BenchResults later = later(2, 1.12);
    new ResultsFile(folder.resolve("results.json")).write(results);
    new ResultsFile(folder.resolve("later.json")).write(later);
    Files.writeString(folder.resolve("report.txt"), TextReport.of(results));
    Files.writeString(folder.resolve("report.html"), HtmlReport.of(results));
    Comparison comparison = Comparison.of(results, later);
    Files.writeString(folder.resolve("comparison.txt"), comparison.text());
    Files.writeString(folder.resolve("comparison.html"), comparison.html());
    Files.writeString(folder.resolve("hostile.html"), HtmlReport.of(HostileResults.printable()));
  }
}
