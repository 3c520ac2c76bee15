// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import org.jland.app.SchedulerRunner.RunningReport;
import org.jland.os.OsProcess;
import org.jland.os.Signals;
import org.jland.policy.Policy;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.RunningScheduler;
import org.jland.scheduler.SchedulerConfig;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.stats.MetricsSource;
import org.jland.stats.StatsClient;
import org.jland.topology.FakeSys;
import org.jland.topology.Topology;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Option;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SchedulerAppTest {

  private static final ExitReport UNREGISTERED = new ExitReport(64, 0, "unregistered", "", "");

  @TempDir Path dir;
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
  private final FakeRunner runner = new FakeRunner();
  private final Limits limits = new Limits();
  private FakeSys sys;
  private String socket;

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
  private static final class FakeRunner implements SchedulerRunner {
    final Deque<ExitReport> exits = new ArrayDeque<>();
    final List<SchedulerConfig> configs = new ArrayList<>();
    final List<Topology> topologies = new ArrayList<>();
    final CountDownLatch stopped = new CountDownLatch(1);
    Runnable whileRunning = () -> {};
    RuntimeException failure;
    Throwable policyFault;

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
      whenAttached.accept(
          new RunningScheduler() {
            @Override
            public void stop() {
              stopped.countDown();
            }

            @Override
            public MetricsSource metrics() {
              return into -> into[Metric.NR_CPUS.ordinal()] = topology.cpus().size();
            }
          });
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

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of("--stats-socket", socket));
    all.addAll(List.of(args));
    SchedulerApp.Surroundings surroundings =
        new SchedulerApp.Surroundings(
            sys.root(),
            dir.resolve("proc"),
            environment,
            new PrintStream(outBytes, true, StandardCharsets.UTF_8),
            new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    return SchedulerApp.of("scx_test", runner, config -> (task, out) -> {}, surroundings)
        .describedAs("A test.")
        .withOptions(limits)
        .run(all.toArray(String[]::new));
  }

  private String out() {
    return outBytes.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return errBytes.toString(StandardCharsets.UTF_8);
  }

  private void assertRefused(int status, String text) {
    assertTrue(err().contains(text), err());
    assertEquals(1, err().lines().count(), err());
    assertTrue(err().startsWith("scx_test: "), err());
    assertTrue(runner.topologies.isEmpty() || runner.failure != null, "it was started");
    assertFalse(Files.exists(Path.of(socket)), "the socket was left behind");
  }

  @Test
  void withoutOptionsTheDefaultsOfScxRustlandHold() {
    assertEquals(0, run());

    SchedulerConfig expected =
        new SchedulerConfig(
            "scx_test", 20_000_000, 1_000_000, false, false, false, 0, false, 5000, 4);
    assertEquals(List.of(expected), runner.configs);
    assertEquals(100, limits.lagBoundMs);
  }

  @Test
  void everyOptionReachesTheScheduler() {
    environment.put("SCX_TIMEOUT_MS", "30000");

    assertEquals(
        0,
        run(
            "-s",
            "5000",
            "-S",
            "500",
            "-l",
            "-n",
            "-p",
            "-v",
            "--exit-dump-len",
            "65536",
            "--lag-bound-ms",
            "7"));

    SchedulerConfig expected =
        new SchedulerConfig(
            "scx_test", 5_000_000, 500_000, true, true, true, 65536, true, 30000, 4);
    assertEquals(List.of(expected), runner.configs);
    assertEquals(7, limits.lagBoundMs);
  }

  @Test
  void longNamesMeanTheSame() {
    run(
        "--slice-us=5000",
        "--slice-us-min=500",
        "--percpu-local",
        "--numa-local",
        "--partial",
        "--verbose");

    SchedulerConfig expected =
        new SchedulerConfig("scx_test", 5_000_000, 500_000, true, true, true, 0, true, 5000, 4);
    assertEquals(List.of(expected), runner.configs);
  }

  @ParameterizedTest
  @CsvSource({
    "-s, 0",
    "-s, -5",
    "-s, 1000001",
    "-s, 99999999999999999999",
    "-s, abc",
    "-s, 1.5",
    "-S, 0",
    "-S, x",
    "--exit-dump-len, -1",
    "--exit-dump-len, 99999999999",
    "--stats, 0",
    "--stats, -1",
    "--stats, NaN",
    "--stats, abc",
    "--monitor, 1e9",
    "--monitor, Infinity",
    "--lag-bound-ms, 0",
    "--lag-bound-ms, 10001",
  })
  void aBadValueIsRefusedInOneLineThatNamesTheRange(String option, String value) {
    assertEquals(SchedulerApp.USAGE, run(option, value));
    assertRefused(2, "'" + value + "' is no ");
    assertTrue(err().contains(" from "), err());
  }

  @Test
  void aValueThatIsMissingIsRefused() {
    assertEquals(SchedulerApp.USAGE, run("-s"));
    assertRefused(2, "--slice-us");
  }

  @Test
  void anUnknownOptionIsRefusedAndOneLikeItIsNamed() {
    assertEquals(SchedulerApp.USAGE, run("--slice-use"));
    assertRefused(2, "unknown argument --slice-use, perhaps --slice-us");
  }

  @Test
  void aStrayArgumentIsRefused() {
    assertEquals(SchedulerApp.USAGE, run("fast"));
    assertRefused(2, "unknown argument fast");
  }

  @Test
  void anOptionGivenTwiceIsRefused() {
    assertEquals(SchedulerApp.USAGE, run("-s", "5000", "-s", "6000"));
    assertRefused(2, "only once");
  }

  @Test
  void aMinimumAboveTheSliceIsRefusedWithTheFix() {
    assertEquals(SchedulerApp.USAGE, run("-s", "500", "-S", "501"));
    assertRefused(2, "--slice-us-min 501 is above --slice-us 500: lower it or raise --slice-us");
  }

  @Test
  void aShortSliceAloneLowersTheMinimum() {
    assertEquals(0, run("-s", "500"));
    assertEquals(500_000, runner.configs.getFirst().sliceMinNs());
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "0", "-1", "30001", "4294967296", "5s"})
  void anInvalidTimeoutIsRefused(String value) {
    environment.put("SCX_TIMEOUT_MS", value);
    assertEquals(SchedulerApp.USAGE, run());
    assertRefused(2, "SCX_TIMEOUT_MS");
  }

  @Test
  void anEmptyTimeoutIsNone() {
    environment.put("SCX_TIMEOUT_MS", "");
    assertEquals(0, run());
    assertEquals(5000, runner.configs.getFirst().timeoutMs());
  }

  @Test
  void aKernelWithoutSchedExtIsNamedWithTheFix() throws IOException {
    Files.delete(sys.root().resolve("kernel/sched_ext/state"));
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "CONFIG_SCHED_CLASS_EXT=y");
  }

  @Test
  void missingPrivilegesAreNamedWithTheFix() {
    new FakeSys(dir.resolve("proc")).file("self/status", "CapEff:\t0000000000000000");
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "run as root");
  }

  @Test
  void bpfCapabilitiesReplaceRoot() {
    // CAP_IPC_LOCK, CAP_PERFMON, CAP_BPF
    new FakeSys(dir.resolve("proc")).file("self/status", "CapEff:\t000000c000004000");
    assertEquals(0, run());
  }

  @Test
  void anAttachedSchedulerIsNamedWithTheFix() {
    sys.file("kernel/sched_ext/state", "enabled").file("kernel/sched_ext/root/ops", "bpfland_1.1");
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "another scheduler is attached (bpfland_1.1): stop it first");
  }

  @Test
  void aSchedulerThatIsJustLeavingIsWaitedFor() {
    sys.file("kernel/sched_ext/state", "disabling");
    Thread.ofPlatform()
        .start(() -> {
          try {
            Thread.sleep(100);
          } catch (InterruptedException e) {
            return;
          }
          sys.file("kernel/sched_ext/state", "disabled");
        });
    assertEquals(0, run());
  }

  @Test
  void aMemlockLimitThatIsTooLowIsNamedWithTheFix() {
    HostCheck check = new HostCheck(sys.root(), dir.resolve("proc"));
    new FakeSys(dir.resolve("proc")).file("self/status", "CapEff:\t0000000000200000");
    String message =
        org.junit.jupiter.api.Assertions.assertThrows(
                StartException.class,
                () -> check.check(new org.jland.os.LockedMemory.Limit(8 << 20, 8 << 20)))
            .getMessage();
    assertTrue(message.contains("8192 KiB") && message.contains("ulimit -l unlimited"), message);
  }

  @Test
  void aStatsFolderThatCannotBeWrittenIsNamedAndNothingStarts() {
    socket = "/proc/jland/stats";
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "--stats-socket");
  }

  @Test
  void aDamagedTopologyIsNamed() {
    sys.online("zebra");
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "cpu/online has no CPU list");
  }

  @Test
  void moreCpusThanSupportedAreRefused() {
    sys.possible("0-1024");
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "supports 1024 CPUs");
  }

  @Test
  void aRunnerThatFailsLeavesOneLineAndNoSocket() {
    runner.failure = new StartException("libbpf says no: try again");
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "scx_test: libbpf says no: try again");
  }

  @Test
  void aBugIsReportedWithItsStack() {
    runner.failure = new IllegalStateException("oops");
    assertEquals(SchedulerApp.FAILED, run());
    assertTrue(err().contains("internal error") && err().contains("\tat "), err());
  }

  @Test
  void aNormalEndPrintsReasonAndConservation() {
    runner.exits.add(new ExitReport(64, 0, "unregistered from user space", "", ""));
    assertEquals(0, run());
    assertTrue(err().contains("EXIT: unregistered from user space\n"), err());
    assertTrue(
        err().contains("scx_test: queued 0 = dispatched 0 + cancelled 0 + in custody 0\n"), err());
    assertFalse(Files.exists(Path.of(socket)));
  }

  @Test
  void anEvictionPrintsTheDumpAndFails() {
    runner.exits.add(
        new ExitReport(1026, 1L << 48, "runnable task stall", "bash[7] failed", "CPU 0: idle"));
    assertEquals(SchedulerApp.FAILED, run());
    assertTrue(err().contains("CPU 0: idle\n"), err());
    assertTrue(err().contains("EXIT: runnable task stall (bash[7] failed)\n"), err());
    assertEquals(1, runner.configs.size());
  }

  @Test
  void hotplugReadsTheTopologyAnewAndStartsAgain() {
    runner.exits.add(new ExitReport(66, (1L << 48) | (1L << 32), "cpu offline", "", ""));
    runner.whileRunning = () -> sys.online("0").file("kernel/sched_ext/hotplug_seq", "5");
    assertEquals(0, run());
    assertEquals(2, runner.configs.size());
    assertEquals(
        List.of(4L, 5L), runner.configs.stream().map(SchedulerConfig::hotplugSeq).toList());
    assertEquals(2, runner.topologies.get(0).cpus().size());
    assertEquals(1, runner.topologies.get(1).cpus().size());
    assertTrue(err().contains("scx_test: CPU hotplug, starting again"), err());
  }

  @Test
  void aSignalStopsItAndAnotherIsHarmless() {
    runner.whileRunning =
        () -> {
          OsProcess.kill(OsProcess.pid(), Signals.Signal.TERM.number());
          OsProcess.kill(OsProcess.pid(), Signals.Signal.INT.number());
          awaitStop();
        };
    runner.exits.add(new ExitReport(65, 1L << 48, "asked for a restart at that moment", "", ""));
    assertEquals(0, run());
    assertEquals(1, runner.configs.size());
  }

  private void awaitStop() {
    try {
      assertTrue(runner.stopped.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aStopBeforeAttachIsNotForgotten() {
    StopRequest stop = new StopRequest();
    CountDownLatch stopped = new CountDownLatch(1);
    stop.request();
    stop.attached(
        new RunningScheduler() {
          @Override
          public void stop() {
            stopped.countDown();
          }

          @Override
          public MetricsSource metrics() {
            return into -> {};
          }
        });
    assertEquals(0, stopped.getCount());
  }

  @Test
  void metricsAreServedWhileItRuns() {
    List<Long> seen = new ArrayList<>();
    runner.whileRunning =
        () -> {
          try (StatsClient client = StatsClient.connect(Path.of(socket)).orElseThrow()) {
            seen.add(client.stats().get(Metric.NR_CPUS));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    assertEquals(0, run());
    assertEquals(List.of(2L), seen);
    assertTrue(err().contains(" attached: 2 CPUs, 1 LLC, slice 20000 us\n"), err());
  }

  @Test
  void statsPrintsLinesWhileItRuns() {
    runner.whileRunning =
        () -> {
          while (out().lines().count() < 3) {
            Thread.onSpinWait();
          }
        };
    assertEquals(0, run("--stats", "0.01"));
    assertTrue(out().startsWith("  cpus"), out());
  }

  @Test
  void aPolicyThatThrewIsReportedWithItsStack() {
    runner.policyFault = new ArithmeticException("/ by zero");
    assertEquals(0, run());
    assertTrue(err().contains("the policy threw") && err().contains("/ by zero"), err());
  }

  @Test
  void helpAndVersionNeedNoMachine() throws IOException {
    Files.delete(sys.root().resolve("kernel/sched_ext/state"));
    assertEquals(0, run("--version"));
    assertTrue(out().startsWith("scx_test "), out());
    outBytes.reset();
    assertEquals(0, run("-h"));
    for (String option :
        "--slice-us --slice-us-min --percpu-local --numa-local --partial --exit-dump-len --verbose --stats --monitor --help-stats --version --help --lag-bound-ms SCX_TIMEOUT_MS"
            .split(" ")) {
      assertTrue(out().contains(option), option);
    }
    outBytes.reset();
    assertEquals(0, run("--help-stats"));
    assertTrue(out().contains("nr_bounce_dispatches"), out());
    assertEquals("", err());
  }

  @Test
  void aFileArgumentIsNotExpanded() {
    assertEquals(SchedulerApp.USAGE, run("@/etc/passwd"));
    assertRefused(2, "unknown argument @/etc/passwd");
    assertNull(runner.failure);
  }
}
