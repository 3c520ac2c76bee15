// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jland.bench.Figure;
import org.jland.bench.Row;

/** Processes that wake each other all the time. */
final class MessageWorkloads {
  private static final String FAMILY = "messages";
  static final Pattern HACKBENCH = Pattern.compile("Time: ([0-9.]+)");
  private static final Pattern TOTAL = Pattern.compile("Total time: ([0-9.]+) \\[sec\\]");
  private static final Pattern PIPE_OPS = Pattern.compile("([0-9]+) ops/sec");
  private static final Pattern SWITCHES =
      Pattern.compile("metrc:.* switch +\\d+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +([0-9.]+)");

  private static final Pattern GOOD_RUN = Pattern.compile("\\bsuccessful run completed");

  private static final int PIPE_RUNS = 8;
  private static final int STARTS_BESIDE_HOGS = 2;

  private MessageWorkloads() {}

  static List<Workload> all() {
    return List.of(
        hackbench(),
        messaging(),
        pipe(),
        switching(Background.NONE, "switch"),
        switching(Background.FOUR_HOGS, "switch-hogs"));
  }

  private static Workload hackbench() {
    return new CommandWorkload(
        new Row(
            "hackbench",
            FAMILY,
            "hackbench -g 4 -l 200: 160 processes, 200 messages from each of 80 to 20",
            List.of(Figure.lower("time", "s"))),
        1.9,
        true,
        Background.NONE,
        "",
        stage -> List.of("hackbench", "-g", "4", "-l", "200"),
        output -> Map.of("time", Output.number(output, HACKBENCH)));
  }

  private static Workload messaging() {
    return new CommandWorkload(
        new Row(
            "perf-messaging",
            FAMILY,
            "perf bench sched messaging -g 2 -l 200",
            List.of(Figure.lower("time", "s"))),
        1,
        false,
        Background.NONE,
        "",
        stage -> List.of("perf", "bench", "sched", "messaging", "-g", "2", "-l", "200"),
        output -> Map.of("time", Output.number(output, TOTAL)));
  }

  /**
   * Under scx_jland a start runs at one of two speeds, both of them often, so the median would be
   * the one or the other: the mean of many counts, and the slowest is told beside it.
   */
  private static Workload pipe() {
    return new CommandWorkload(
        new Row(
            "perf-pipe",
            FAMILY,
            "perf bench sched pipe -l 4000: two processes, one token; mean of " + PIPE_RUNS,
            List.of(Figure.higher("ops", "1/s"), Figure.higher("slowest", "1/s"))),
        1.4,
        true,
        Background.NONE,
        "",
        stage -> Output.repeated(PIPE_RUNS, "perf", "bench", "sched", "pipe", "-l", "4000"),
        MessageWorkloads::pipes);
  }

  static Map<String, Double> pipes(String output) throws WorkloadException {
    List<Double> starts = Output.numbers(output, PIPE_OPS, PIPE_RUNS);
    double sum = starts.stream().mapToDouble(Double::doubleValue).sum();
    return Map.of("ops", sum / PIPE_RUNS, "slowest", Collections.min(starts));
  }

  /**
   * Beside hogs a start settles into one of several patterns, by which CPU has how many of them: so
   * it starts several times.
   */
  private static Workload switching(Background background, String name) {
    boolean alone = background == Background.NONE;
    int starts = alone ? 1 : STARTS_BESIDE_HOGS;
    String what = "stress-ng --switch 2, " + background.what();
    return new CommandWorkload(
        new Row(
            name,
            FAMILY,
            alone ? what : what + "; mean of " + starts,
            alone
                ? List.of(Figure.higher("ops", "1/s"))
                : List.of(Figure.higher("ops", "1/s"), CommandWorkload.KEPT)),
        1.3 * starts,
        true,
        background,
        "",
        stage ->
            Output.repeated(starts, "stress-ng", "--switch", "2", "--timeout", "1", "--metrics"),
        output -> switches(output, starts));
  }

  /** stress-ng says itself whether its stressors did what they should. */
  static Map<String, Double> switches(String output, int starts) throws WorkloadException {
    if (GOOD_RUN.matcher(output).results().count() != starts) {
      throw new WorkloadException("stress-ng's run was not successful");
    }
    double sum =
        Output.numbers(output, SWITCHES, starts).stream().mapToDouble(Double::doubleValue).sum();
    return Map.of("ops", sum / starts);
  }
}
