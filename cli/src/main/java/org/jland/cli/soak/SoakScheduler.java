// SPDX-License-Identifier: Apache-2.0
package org.jland.cli.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jland.bench.process.Program;
import org.jland.bench.process.Wait;
import org.jland.bpf.SchedExt;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.stats.StatsClient;
import org.jland.stats.StatsServer;

/** The scheduler that is soaked, from attach to detach. One owner thread. */
final class SoakScheduler implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(240);
  private static final Duration QUIET = Duration.ofSeconds(30);
  private static final SchedExt KERNEL = SchedExt.host();
  private static final Pattern CONSERVATION =
      Pattern.compile(
          "queued (\\d+) = dispatched (\\d+) \\+ cancelled (\\d+) \\+ in custody (\\d+)(.*)");

  private final Program program;
  private final List<String> options;

  private SoakScheduler(Program program, List<String> options) {
    this.program = program;
    this.options = options;
  }

  /** Starts one and waits until it is attached. */
  static SoakScheduler start(Path home, List<String> options, Path log)
      throws IOException, InterruptedException, SoakFailure {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/scx_jland").toString()));
    command.addAll(options);
    SoakScheduler scheduler =
        new SoakScheduler(Program.start(command, Map.of(), log), List.copyOf(options));
    if (!scheduler.awaitAttached(1)) {
      throw new SoakFailure("the scheduler did not attach: " + scheduler.program.lastWords());
    }
    return scheduler;
  }

  long pid() {
    return program.pid();
  }

  List<String> options() {
    return options;
  }

  void signal(String name) {
    program.signal(name);
  }

  /** Waits until it has been attached so often; whether it came to that. */
  boolean awaitAttached(long times) throws InterruptedException {
    return Wait.until(PATIENCE, () -> !program.isAlive() || attachments() >= times && isAttached())
        && program.isAlive();
  }

  /** How often it said that it is attached. */
  long attachments() {
    return program.output().lines().filter(line -> line.contains(" attached: ")).count();
  }

  private static boolean isAttached() {
    return KERNEL.attachedOps().filter(ops -> ops.startsWith("jland_")).isPresent();
  }

  /** Fails unless the kernel has it and it lives. */
  void requireAttached() throws SoakFailure {
    if (!program.isAlive() || !isAttached()) {
      throw new SoakFailure(
          "the scheduler is not attached (sched_ext is "
              + KERNEL.state().orElse("gone")
              + "): "
              + program.lastWords());
    }
  }

  /** Gauges, and what was counted since attach. */
  Metrics metrics() throws IOException, SoakFailure {
    try (StatsClient client =
        StatsClient.connect(StatsServer.DEFAULT_PATH)
            .orElseThrow(() -> new SoakFailure("nobody serves " + StatsServer.DEFAULT_PATH))) {
      return client.stats();
    }
  }

  /** Fails unless no task stays in custody once the machine is quiet. */
  void requireNothingKept() throws IOException, InterruptedException, SoakFailure {
    long end = System.nanoTime() + QUIET.toNanos();
    while (metrics().get(Metric.NR_CUSTODY) != 0) {
      if (System.nanoTime() - end > 0) {
        throw new SoakFailure("a task stays with Java on a quiet machine: " + metrics());
      }
      Thread.sleep(100);
    }
  }

  /** Ends it, and fails unless its last words account for every task. */
  void stop() throws InterruptedException, SoakFailure {
    program.signal("TERM");
    if (!program.await(PATIENCE)) {
      throw new SoakFailure("the scheduler does not end: " + program.lastWords());
    }
    String output = program.output();
    if (program.status() != 0) {
      throw new SoakFailure("status " + program.status() + ": " + program.lastWords());
    }
    Matcher matcher = CONSERVATION.matcher(output);
    if (!matcher.find()) {
      throw new SoakFailure("no conservation line: " + program.lastWords());
    }
    do {
      if (!matcher.group(5).isBlank()) {
        throw new SoakFailure("tasks are lost: " + matcher.group());
      }
    } while (matcher.find());
    requireDetached();
  }

  /** Kills it, and fails unless the kernel's own scheduler is back within a second. */
  void kill() throws InterruptedException, SoakFailure {
    program.signal("KILL");
    program.await(PATIENCE);
    requireDetached();
  }

  private static void requireDetached() throws InterruptedException, SoakFailure {
    if (!Wait.until(Duration.ofSeconds(10), () -> KERNEL.state().orElse("").equals("disabled"))) {
      throw new SoakFailure("the kernel's scheduler is not back: " + KERNEL.state().orElse(""));
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
