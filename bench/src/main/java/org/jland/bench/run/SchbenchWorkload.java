// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jland.bench.Figure;
import org.jland.bench.Row;

/**
 * The real schbench (1.0 or newer), beside our own program of its pattern; it is in no
 * distribution, so a machine that has none skips the row. Two workers a CPU that compute and sleep
 * for half a millisecond.
 *
 * @param path where programs are looked for, as in {@code PATH}
 */
record SchbenchWorkload(String path) implements Workload {
  private static final String NAME = "schbench";
  private static final int SECONDS = 2;
  private static final Pattern REQUESTS_PER_SECOND = Pattern.compile("average rps: ([0-9.]+)");

  /** Where this process looks for programs. */
  static Workload ofMachine() {
    return new SchbenchWorkload(System.getenv().getOrDefault("PATH", ""));
  }

  @Override
  public Row row() {
    return new Row(
        NAME,
        "wake-up latency",
        "the real schbench, where it is on PATH: 1 messenger, 2 workers a CPU",
        List.of(
            Figure.lower("p99", "us"),
            Figure.lower("p50", "us"),
            Figure.lower("p99.9", "us"),
            Figure.lower("max", "us"),
            Figure.lower("request_p99", "us"),
            Figure.higher("requests", "1/s")));
  }

  @Override
  public double seconds() {
    return SECONDS;
  }

  @Override
  public void prepare(Stage stage) throws SkippedException {
    if (Stream.of(path.split(":")).noneMatch(folder -> Files.isExecutable(Path.of(folder, NAME)))) {
      throw new SkippedException("there is no schbench on PATH");
    }
  }

  @Override
  public Map<String, Double> run(Stage stage)
      throws IOException, WorkloadException, InterruptedException {
    String workers = String.valueOf(2 * stage.cpus());
    String seconds = String.valueOf(SECONDS);
    return read(
        stage.run(
            NAME, "-m", "1", "-t", workers, "-r", seconds, "-F", "16", "-n", "1", "-s", "500"));
  }

  static Map<String, Double> read(String output) throws WorkloadException {
    double requests = Output.number(output, REQUESTS_PER_SECOND);
    if (requests <= 0) {
      throw new WorkloadException("schbench had no request answered");
    }
    return Map.of(
        "p50", latency(output, "Wakeup", "50\\.0th: +"),
        "p99", latency(output, "Wakeup", "99\\.0th: +"),
        "p99.9", latency(output, "Wakeup", "99\\.9th: +"),
        "max", latency(output, "Wakeup", "max="),
        "request_p99", latency(output, "Request", "99\\.0th: +"),
        "requests", requests);
  }

  /** The first such number behind the heading of its table. */
  private static double latency(String output, String table, String line) throws WorkloadException {
    return Output.number(
        output,
        Pattern.compile(table + " Latencies percentiles.*?" + line + "(\\d+)", Pattern.DOTALL));
  }
}
