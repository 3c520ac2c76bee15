// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jland.bench.Figure;
import org.jland.bench.Row;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.stats.StatsClient;
import org.jland.stats.StatsServer;

/**
 * What a decision costs: on one CPU, with wake-ups that reach the scheduler in bursts of a known
 * size. In instruction time a nanosecond is an instruction.
 *
 * <p>The scheduler's own time is that of all threads of its process, the kernel's part in their
 * name included: system calls, and the switch to them. The BPF callbacks are timed by the kernel in
 * a run of its own, since timing them has a price.
 *
 * <p>Schedulers differ in what they count as a decision, see {@link #decisions}.
 *
 * @param burst wake-ups that come at once
 */
record CostWorkload(int burst) implements Workload {
  private static final String FAMILY = "cost";
  private static final String PROGRAM = "burst";
  private static final int WAKEUPS = 19_200;
  private static final Path TIMING = Path.of("/proc/sys/kernel/bpf_stats_enabled");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int MAX_SETTLING = 10;

  /** A run that costs more than this part of the one before it settles nothing more. */
  private static final double SETTLED = 0.97;

  /** A burst as the scheduler saw it is no smaller than this part of what was asked for. */
  private static final double MIN_BURST = 0.8;

  /** Time in ns and calls of one BPF program. */
  private record Calls(long ns, long count) {
    Calls minus(Calls before) {
      return new Calls(ns - before.ns, count - before.count);
    }

    double nsPerCall() {
      return count == 0 ? 0 : (double) ns / count;
    }
  }

  static List<Workload> all() {
    return IntStream.of(1, 4, 16, 64).<Workload>mapToObj(CostWorkload::new).toList();
  }

  @Override
  public Row row() {
    return new Row(
        "cost-" + burst,
        FAMILY,
        "wake-ups of " + burst + " at once on one CPU; ns = instructions",
        List.of(
            Figure.lower("user", "ns/decision"),
            Figure.lower("bpf", "ns/decision"),
            Figure.lower("enqueue", "ns/call"),
            Figure.lower("dispatch", "ns/call"),
            Figure.lower("machine", "ns/wake-up")),
        true);
  }

  @Override
  public double seconds() {
    return 2.5;
  }

  @Override
  public OptionalInt cpus() {
    return OptionalInt.of(1);
  }

  @Override
  public void prepare(Stage stage) throws IOException, WorkloadException, InterruptedException {
    stage.compile(PROGRAM);
  }

  @Override
  public Map<String, Double> run(Stage stage)
      throws IOException, WorkloadException, InterruptedException {
    if (stage.cpus() != 1) {
      throw new WorkloadException("it is for 1 CPU, here are " + stage.cpus());
    }
    long scheduler = stage.attachment().pid().orElseThrow();
    Map<String, Double> figures = new HashMap<>();
    try (StatsClient stats = StatsClient.connect(StatsServer.DEFAULT_PATH).orElse(null)) {
      settle(stage, scheduler);
      counted(stats);
      long before = cpuNs(scheduler);
      figures.put("machine", load(stage));
      long user = cpuNs(scheduler) - before;
      Metrics metrics = counted(stats);
      requireBursts(metrics);
      figures.put("user", (double) user / decisions(metrics));
      Map<String, Calls> calls = timed(stage);
      long timedDecisions = decisions(counted(stats));
      requireEnqueued(calls);
      long bpf = calls.values().stream().mapToLong(Calls::ns).sum();
      figures.put("bpf", (double) bpf / timedDecisions);
      figures.put("enqueue", of(calls, "enqueue").nsPerCall());
      figures.put("dispatch", of(calls, "dispatch").nsPerCall());
    }
    return figures;
  }

  /** What the scheduler has counted since it was asked before; nothing if it can't be asked. */
  private static Metrics counted(StatsClient stats) throws IOException {
    return stats == null ? Metrics.NONE : stats.stats();
  }

  /** Runs the load until the scheduler does not become cheaper any more: its JIT may be at work. */
  private void settle(Stage stage, long scheduler)
      throws IOException, WorkloadException, InterruptedException {
    long last = Long.MAX_VALUE;
    for (int i = 0; i < MAX_SETTLING; i++) {
      long before = cpuNs(scheduler);
      load(stage);
      long now = cpuNs(scheduler) - before;
      if (now > SETTLED * last) {
        return;
      }
      last = now;
    }
  }

  /** Runs the load; returns the machine's time per wake-up. */
  private double load(Stage stage) throws IOException, WorkloadException, InterruptedException {
    String output =
        stage.run(stage.compile(PROGRAM), String.valueOf(burst), String.valueOf(WAKEUPS / burst));
    return Output.pairs(output, PROGRAM).get("ns_per_wakeup");
  }

  /**
   * How many decisions a run of the load was. A scheduler that counts them is asked; one that
   * stands over sleeps counts for each wake-up that it was used for. scx_rustland counts those only
   * for which it found an idle CPU, and here is none; others count nothing. Then every wake-up is
   * one: the load leaves no short cut past the scheduler, which {@link #requireEnqueued} checks,
   * and so does what the scheduler says of those that went past it.
   */
  static long decisions(Metrics metrics) throws WorkloadException {
    long decisions = metrics.get(Metric.NR_USER_DISPATCHES) + metrics.get(Metric.NR_STANDING);
    if (decisions >= WAKEUPS / 2) {
      return decisions;
    }
    long past = metrics.get(Metric.NR_KERNEL_DISPATCHES);
    if (past >= WAKEUPS / 2) {
      throw new WorkloadException(
          "the scheduler decided "
              + decisions
              + " times only for "
              + WAKEUPS
              + " wake-ups; "
              + past
              + " tasks went past it");
    }
    return WAKEUPS;
  }

  /** Each wake-up must have reached the scheduler's BPF side, whatever it says itself. */
  private static void requireEnqueued(Map<String, Calls> calls) throws WorkloadException {
    long enqueued = of(calls, "enqueue").count();
    if (enqueued < WAKEUPS) {
      throw new WorkloadException(
          "the scheduler was given " + enqueued + " tasks only for " + WAKEUPS + " wake-ups");
    }
  }

  /** Other schedulers than jland's count no bursts: theirs are believed. */
  private void requireBursts(Metrics metrics) throws WorkloadException {
    long bursts = metrics.get(Metric.NR_BURSTS);
    double size = bursts == 0 ? burst : (double) decisions(metrics) / bursts;
    if (size < MIN_BURST * burst) {
      throw new WorkloadException(
          String.format("bursts of %.1f reached the scheduler, not of %d", size, burst));
    }
  }

  private Map<String, Calls> timed(Stage stage)
      throws IOException, WorkloadException, InterruptedException {
    String was = Files.readString(TIMING).strip();
    Files.writeString(TIMING, "1");
    try {
      Map<String, Calls> before = calls(stage);
      load(stage);
      Map<String, Calls> after = calls(stage);
      after.replaceAll((id, calls) -> calls.minus(before.getOrDefault(id, new Calls(0, 0))));
      return after;
    } finally {
      Files.writeString(TIMING, was);
    }
  }

  /** All BPF programs of the machine, by name and number. */
  private static Map<String, Calls> calls(Stage stage)
      throws IOException, WorkloadException, InterruptedException {
    Map<String, Calls> calls = new HashMap<>();
    try {
      for (JsonNode program : JSON.readTree(stage.run("bpftool", "--json", "prog", "show"))) {
        calls.put(
            program.path("name").asText() + "#" + program.path("id").asLong(),
            new Calls(program.path("run_time_ns").asLong(), program.path("run_cnt").asLong()));
      }
    } catch (JacksonException e) {
      throw new WorkloadException("bpftool printed no JSON: " + e.getOriginalMessage());
    }
    return calls;
  }

  /** Of the program whose name ends like this, behind the scheduler's own prefix. */
  private static Calls of(Map<String, Calls> calls, String callback) throws WorkloadException {
    return calls.entrySet().stream()
        .filter(entry -> entry.getKey().matches("(.*_)?" + callback + "#\\d+"))
        .map(Map.Entry::getValue)
        .max(Comparator.comparingLong(Calls::count))
        .orElseThrow(() -> new WorkloadException("the scheduler has no callback " + callback));
  }

  /** CPU time of all threads of a process and those below it. */
  private static long cpuNs(long pid) throws IOException {
    long ns = 0;
    for (long process : ProcessTree.pids(pid)) {
      try (DirectoryStream<Path> threads =
          Files.newDirectoryStream(Path.of("/proc", String.valueOf(process), "task"))) {
        for (Path thread : threads) {
          String text = Files.readString(thread.resolve("schedstat"));
          ns += Long.parseLong(text.substring(0, text.indexOf(' ')));
        }
      }
    }
    return ns;
  }
}
