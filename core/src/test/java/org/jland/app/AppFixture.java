// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jland.policy.Policy;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.RunningScheduler;
import org.jland.scheduler.SchedulerConfig;
import org.jland.scheduler.SchedulerRunner;
import org.jland.scheduler.SchedulerRunner.RunningReport;
import org.jland.stats.Metrics;
import org.jland.topology.FakeSys;
import org.jland.topology.Topology;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Option;

/** A machine in a folder, a kernel that ends runs as told, and a command line. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
abstract class AppFixture {

  private static final ExitReport UNREGISTERED = new ExitReport(64, 0, "unregistered", "", "");

  @TempDir Path dir;
  final Map<String, String> environment = new HashMap<>();
  final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
  final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
  final FakeRunner runner = new FakeRunner();
  final Limits limits = new Limits();
  Sandbox sandbox = () -> null;
  FakeSys sys;
  String socket;

  /** Options that a policy brings. */
  static final class Limits {
    @Option(names = "--lag-bound-ms", converter = LagBound.class, defaultValue = "100")
    long lagBoundMs;
  }

  /** A bound of such an option. */
  static final class LagBound extends WholeNumber {
    LagBound() {
      super("milliseconds", 1, 10_000);
    }
  }

  /** Plays the kernel: ends each run as told beforehand. */
  static final class FakeRunner implements SchedulerRunner {
    final Deque<ExitReport> exits = new ArrayDeque<>();
    final List<SchedulerConfig> configs = new ArrayList<>();
    final List<Topology> topologies = new ArrayList<>();
    final CountDownLatch stopped = new CountDownLatch(2);
    Runnable whileRunning = () -> {};
    RuntimeException failure;
    Throwable policyFault;
    int runsWhenClosed;

    @Override
    public void close() {
      runsWhenClosed = configs.size();
    }

    @Override
    public RunningReport run(
        SchedulerConfig config,
        Supplier<? extends Policy> policy,
        Topology topology,
        Consumer<RunningScheduler> whenAttached) {
      configs.add(config);
      topologies.add(topology);
      assertNotNull(policy.get());
      if (failure != null) {
        throw failure;
      }
      FakeRunningScheduler running = new FakeRunningScheduler(stopped);
      running.nrCpus = topology.cpus().size();
      whenAttached.accept(running);
      whileRunning.run();
      ExitReport exit = exits.isEmpty() ? UNREGISTERED : exits.poll();
      return new RunningReport(exit, Metrics.NONE, policyFault);
    }
  }

  @BeforeEach
  void makeMachine() {
    sys =
        new FakeSys(dir.resolve("sys"))
            .online("0-1")
            .file("kernel/sched_ext/state", "disabled")
            .file("kernel/sched_ext/hotplug_seq", "4");
    new FakeSys(dir.resolve("proc")).file("self/status", "Name: x\nCapEff:\t000001ffffffffff");
    socket = dir.resolve("run/stats").toString();
  }

  int run(String... args) {
    List<String> all = new ArrayList<>(List.of("--stats-socket", socket));
    all.addAll(List.of(args));
    SchedulerApp.Surroundings surroundings =
        new SchedulerApp.Surroundings(
            sys.root(),
            dir.resolve("proc"),
            environment,
            new PrintStream(outBytes, true, StandardCharsets.UTF_8),
            new PrintStream(errBytes, true, StandardCharsets.UTF_8),
            sandbox);
    return SchedulerApp.of("scx_test", runner, config -> (task, out) -> {}, surroundings)
        .describedAs("A test.")
        .withOptions(limits)
        .run(all.toArray(String[]::new));
  }

  String out() {
    return outBytes.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return errBytes.toString(StandardCharsets.UTF_8);
  }

  void assertRefused(int status, String text) {
    assertTrue(err().contains(text), err());
    assertEquals(1, err().lines().count(), err());
    assertTrue(err().startsWith("scx_test: "), err());
    assertTrue(runner.topologies.isEmpty() || runner.failure != null, "it was started");
    assertFalse(Files.exists(Path.of(socket)), "the socket was left behind");
  }
}
