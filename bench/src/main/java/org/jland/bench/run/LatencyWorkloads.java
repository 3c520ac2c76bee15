// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jland.bench.Figure;
import org.jland.bench.Row;

/** How long it takes from a wake-up to a CPU. */
final class LatencyWorkloads {
  private static final String FAMILY = "wake-up latency";
  private static final int MIN_SAMPLES = 100;

  private LatencyWorkloads() {}

  static List<Workload> all() {
    return List.of(
        wakebench("wakebench", "1 messenger, 4 workers, CPUs half busy", 1, 4, 150, true),
        wakebench("wakebench-full", "2 messengers, 8 workers each, CPUs full", 2, 8, 300, false),
        cyclictest());
  }

  /** The program checks itself that every request was done. */
  private static Workload wakebench(
      String name, String what, int messengers, int workers, int cpuUs, boolean quick) {
    return new CommandWorkload(
        new Row(
            name,
            FAMILY,
            "schbench's pattern: " + what + "; requests of 3 steps, " + cpuUs + " us of CPU",
            List.of(
                Figure.lower("p99", "us"),
                Figure.lower("p50", "us"),
                Figure.lower("p99.9", "us"),
                Figure.lower("max", "us"),
                Figure.lower("request_p99", "us"),
                Figure.higher("requests", "1/s"))),
        1.1,
        quick,
        Background.NONE,
        "wakebench",
        stage ->
            List.of(
                "-m", String.valueOf(messengers),
                "-t", String.valueOf(workers),
                "-n", "3",
                "-c", String.valueOf(cpuUs),
                "-r", "1"),
        LatencyWorkloads::requests);
  }

  static Map<String, Double> requests(String output) throws WorkloadException {
    Map<String, Double> pairs = Output.pairs(output, "wakebench");
    if (!pairs.get("sent").equals(pairs.get("done"))) {
      throw new WorkloadException("requests were lost: " + output.strip());
    }
    return Map.of(
        "p50", pairs.get("wake_p50_us"),
        "p99", pairs.get("wake_p99_us"),
        "p99.9", pairs.get("wake_p999_us"),
        "max", pairs.get("wake_max_us"),
        "request_p99", pairs.get("request_p99_us"),
        "requests", pairs.get("requests_per_s"));
  }

  /**
   * A thread on each of two CPUs, as {@code cyclictest --smp} has them: the emulator's CPUs take
   * turns until some timer is due, so with both on one CPU each would wait for the other's timer.
   * Judged by the mean: under EEVDF the median lies between two humps of the distribution, and is
   * the one or the other. Periods that are a part of the tick's 4 ms, or the same for all threads,
   * would meet it and each other in the same few phases for ever: hence odd ones, and a process for
   * each, since one can't have several and a histogram.
   */
  private static Workload cyclictest() {
    Background background = Background.FOUR_HOGS;
    return new CommandWorkload(
        new Row(
            "cyclictest-hogs",
            FAMILY,
            "cyclictest, policy other, on CPUs 0 and 1, sleeping 1.109 and 1.327 ms, "
                + background.what(),
            List.of(
                Figure.lower("mean", "us"),
                Figure.lower("p50", "us"),
                Figure.lower("p99", "us"),
                Figure.lower("p99.9", "us"),
                Figure.lower("max", "us"),
                CommandWorkload.KEPT)),
        1.5,
        true,
        background,
        "",
        stage -> List.of("sh", "-c", sleepers(stage)),
        LatencyWorkloads::latencies);
  }

  /** Both at once; each prints a long table at its end, which must not be mixed with another. */
  private static String sleepers(Stage stage) {
    Path one = stage.folder().resolve("cyclictest-1");
    Path other = stage.folder().resolve("cyclictest-2");
    String command = "cyclictest --policy=other -t1 --duration=1 -q -h60000";
    return String.format(
        "%s -i1327 -a%d >%s & other=$!; %s -i1109 -a0 >%s && wait $other && cat %s %s",
        command, Math.min(1, stage.cpus() - 1), other, command, one, one, other);
  }

  /** Two threads for a second: some hundred samples at least, however late they are. */
  static Map<String, Double> latencies(String output) throws WorkloadException {
    Map<String, Double> all = new HashMap<>(Output.cyclictest(output));
    double samples = all.remove("samples");
    if (samples < MIN_SAMPLES) {
      throw new WorkloadException("cyclictest woke up " + (long) samples + " times only");
    }
    return all;
  }
}
