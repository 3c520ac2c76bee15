// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jland.bench.Figure;
import org.jland.bench.Row;
import org.jland.bench.Summary;

/** How much gets done. */
final class ThroughputWorkloads {
  private static final String FAMILY = "throughput";
  private static final int EVENTS = 200;
  private static final int THREAD_RUNS = 3;
  private static final Pattern EVENTS_DONE = Pattern.compile("total number of events: +(\\d+)");
  private static final Pattern TIME = Pattern.compile("total time: +([0-9.]+)s");
  private static final int MEMORY_OPERATIONS = 400_000;
  private static final Pattern OPERATIONS = Pattern.compile("Total operations: (\\d+)");

  private ThroughputWorkloads() {}

  static List<Workload> all() {
    return List.of(
        build(),
        transformer("transformer", Background.NONE, 3),
        transformer("transformer-hogs", Background.HOG_EACH, 8),
        zstd(),
        threads(),
        memory());
  }

  private static Workload build() {
    return new RealProgram(
        new Row(
            "build",
            FAMILY,
            "make -j4 of part of Lua at -O0; its program must run",
            List.of(Figure.lower("time", "s"))),
        3.2,
        Map.of("time", "elapsed_us"));
  }

  private static Workload zstd() {
    return new RealProgram(
        new Row(
            "zstd",
            FAMILY,
            "zstd -T4 of generated text, which must come back",
            List.of(Figure.lower("time", "s"))),
        1,
        Map.of("time", "elapsed_us"));
  }

  private static Workload transformer(String name, Background background, double seconds) {
    Figure tokens = Figure.higher("tokens", "1/s");
    return new CommandWorkload(
        new Row(
            name,
            FAMILY,
            "a small transformer on 3 threads with barriers, "
                + background.what()
                + "; the same tokens as on one",
            background == Background.NONE
                ? List.of(tokens)
                : List.of(tokens, CommandWorkload.KEPT)),
        seconds,
        false,
        background,
        "",
        stage ->
            List.of(
                "java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                RealProgram.classes(),
                "org.jland.bench.load.Transformer",
                "3",
                "2"),
        output -> Map.of("tokens", Output.pairs(output, "transformer").get("tokens_per_s")));
  }

  /**
   * With the program's own number of locks, one for each thread. With 2 it settles into one of
   * several patterns of who waits for whom, at random, and keeps it: runs differ by a third, and
   * longer ones as much. Several starts, because some of that is left.
   */
  private static Workload threads() {
    return new CommandWorkload(
        new Row(
            "sysbench-threads",
            FAMILY,
            "sysbench threads: 8 threads, 8 locks, " + EVENTS + " events; median of " + THREAD_RUNS,
            List.of(Figure.lower("time", "s"))),
        1,
        true,
        Background.NONE,
        "",
        stage ->
            Output.repeated(
                THREAD_RUNS,
                "sysbench",
                "threads",
                "--threads=8",
                "--thread-locks=8",
                "--thread-yields=100",
                "--events=" + EVENTS,
                "--time=0",
                "run"),
        output -> time(output, EVENTS_DONE, EVENTS, THREAD_RUNS));
  }

  private static Workload memory() {
    return new CommandWorkload(
        new Row(
            "sysbench-memory",
            FAMILY,
            "sysbench memory: 4 threads write " + MEMORY_OPERATIONS + " blocks of 1 KiB",
            List.of(Figure.lower("time", "s"))),
        0.8,
        false,
        Background.NONE,
        "",
        stage ->
            List.of(
                "sysbench",
                "memory",
                "--threads=4",
                "--memory-total-size=" + MEMORY_OPERATIONS + "K",
                "--time=0",
                "run"),
        output -> time(output, OPERATIONS, MEMORY_OPERATIONS, 1));
  }

  private static Map<String, Double> time(String output, Pattern done, int wanted, int runs)
      throws WorkloadException {
    double least = Collections.min(Output.numbers(output, done, runs));
    if (least != wanted) {
      throw new WorkloadException("sysbench did " + (long) least + " of " + wanted);
    }
    return Map.of("time", Summary.of(Output.numbers(output, TIME, runs)).median());
  }
}
