// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jland.os.OsProcess;
import org.jland.os.Signals;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.SchedulerConfig;
import org.jland.stats.Metric;
import org.jland.stats.StatsClient;
import org.jland.stats.StatsServer;
import org.junit.jupiter.api.Test;

class SchedulerAppTest extends AppFixture {

  @Test
  void theSandboxIsEnteredOnceBeforeThePolicyIsMadeAndStaysOverARestart() {
    List<Integer> runsBefore = new ArrayList<>();
    sandbox =
        () -> {
          runsBefore.add(runner.configs.size());
          return null;
        };
    runner.exits.add(new ExitReport(64, 1L << 48 | 1L << 32, "hotplug", "", ""));

    assertEquals(0, run());

    assertEquals(List.of(0), runsBefore);
    assertFalse(err().contains("warning"), err());
  }

  @Test
  void whatTheSandboxCouldNotHaveIsAWarning() {
    sandbox = () -> "8 threads keep more";
    assertEquals(0, run());
    assertTrue(err().startsWith("scx_test: warning: 8 threads keep more\n"), err());
  }

  @Test
  void noSandboxDoesWithoutIt() {
    sandbox =
        () -> {
          throw new AssertionError("it was entered");
        };
    assertEquals(0, run("--no-sandbox"));
  }

  @Test
  void aSandboxThatCannotBeHadIsARefusal() {
    sandbox =
        () -> {
          throw new StartException("can't filter: --no-sandbox does without");
        };
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "--no-sandbox");
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
    assertEquals(2, runner.runsWhenClosed, "what is kept for a restart is kept until the end");
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

  /** Both signals must have come, or the second would meet a JVM without handlers. */
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
    stop.attached(new FakeRunningScheduler(stopped));
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
  void monitorStartsNoSchedulerAndASignalEndsIt() throws IOException {
    try (StatsServer server = StatsServer.bind(Path.of(socket))) {
      server.start(into -> into[Metric.NR_CPUS.ordinal()] = 64);
      Thread.ofPlatform()
          .start(() -> {
            while (out().lines().count() < 2) {
              Thread.onSpinWait();
            }
            OsProcess.kill(OsProcess.pid(), Signals.Signal.TERM.number());
          });
      assertEquals(0, run("--monitor", "0.01"));
    }
    assertTrue(out().lines().skip(1).findFirst().orElse("").startsWith("    64 "), out());
    assertEquals(List.of(), runner.configs);
  }

  @Test
  void nothingOfTheAppRunsOnAfterwards() {
    assertEquals(0, run("--stats", "0.01"));
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().startsWith("jland-")));
  }
}
