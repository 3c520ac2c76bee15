// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.KernelRunner;
import org.jland.scheduler.RunningScheduler;
import org.jland.scheduler.SchedulerConfig;
import org.jland.scheduler.SchedulerRunner.RunningReport;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.topology.TopologyReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Policies that misbehave, in this JVM, under load. */
@Tag("instructions")
@Tag("newest")
class PolicyFaultsVmTest {
  private static final Duration SOON = Duration.ofSeconds(3);

  /** A task waits for two heartbeats, then behind a few slices. */
  private static final Duration STARVED_AT_MOST = Duration.ofMillis(2_500);

  private static final int STARVED_WINDOWS = 4;

  /** Of /proc/PID/stat, counted from the state. */
  private static final int NICE_FIELD = 16;

  private static final Duration A_WHILE = Duration.ofMillis(400);

  @RegisterExtension final Guest guest = new Guest();

  private interface Work {
    void with(RunningScheduler running, FaultLoad load) throws IOException;
  }

  /** One attachment for all that a policy can do without being given up, and that as the last. */
  @Test
  void policyThatMisbehavesKeepsNobodyWaitingAndIsGivenUpWhenItFailsAllTheTime()
      throws IOException {
    BadPolicy policy = new BadPolicy();
    Metrics last =
        run(
            policy,
            (running, load) -> {
              Metrics start = Metrics.of(running.metrics());
              Metrics deopt = behave(policy, BadPolicy.Behaviour.CHANGE_CLASSES, running, load);
              assertEquals(0, deopt.get(Metric.NR_POLICY_FAULTS), deopt::toString);
              assertTrue(policy.classes > 1, "no class was changed");

              Metrics some = behave(policy, BadPolicy.Behaviour.THROW_SOMETIMES, running, load);
              assertTrue(some.get(Metric.NR_POLICY_FAULTS) > 0, some::toString);
              assertFalse(running.policyHealth().givenUp());

              Metrics forgotten = behave(policy, BadPolicy.Behaviour.FORGET, running, load);
              assertTrue(forgotten.get(Metric.NR_RESCUES) > 0, forgotten::toString);

              Metrics twice = behave(policy, BadPolicy.Behaviour.DISPATCH_TWICE, running, load);
              assertTrue(twice.get(Metric.NR_CANCEL_DISPATCHES) > 10, twice::toString);

              Metrics unknown = behave(policy, BadPolicy.Behaviour.UNKNOWN_TASKS, running, load);
              assertTrue(unknown.get(Metric.NR_CANCEL_DISPATCHES) > 10, unknown::toString);

              Metrics absurd = behave(policy, BadPolicy.Behaviour.ABSURD, running, load);
              assertTrue(absurd.get(Metric.NR_FAILED_DISPATCHES) > 10, absurd::toString);

              Metrics loop = behave(policy, BadPolicy.Behaviour.LOOP_FOR_EVER, running, load);
              assertEquals(1, loop.get(Metric.NR_BYPASSES), loop::toString);

              Metrics fine = behave(policy, BadPolicy.Behaviour.GOOD, running, load);
              assertTrue(fine.get(Metric.NR_USER_DISPATCHES) > 10, fine::toString);
              assertEquals(0, fine.get(Metric.NR_POLICY_FAULTS), fine::toString);

              Metrics always = behave(policy, BadPolicy.Behaviour.THROW_ALWAYS, running, load);
              assertTrue(always.get(Metric.NR_USER_DISPATCHES) > 10, always::toString);
              assertTrue(running.policyHealth().givenUp());
              assertEquals(BadPolicy.class.getName(), running.policyHealth().policy());
              assertEquals(
                  0, Metrics.of(running.metrics()).since(start).get(Metric.NR_RING_ERRORS));
            });
    assertTrue(last.isConserved(), last::conservation);
  }

  @Test
  void policyThatAllocatesWithoutEndIsGivenUpAndKeepsNobodyWaiting() throws IOException {
    BadPolicy policy = new BadPolicy();
    Metrics last =
        run(
            policy,
            (running, load) -> {
              behave(policy, BadPolicy.Behaviour.ALLOCATE, running, load);
              Throwable first = running.policyHealth().first();
              assertTrue(first instanceof OutOfMemoryError, "" + first);
              long before = Metrics.of(running.metrics()).get(Metric.NR_USER_DISPATCHES);
              assertTrue(
                  Wait.until(
                      SOON,
                      () ->
                          Metrics.of(running.metrics()).get(Metric.NR_USER_DISPATCHES)
                              > before + 10));
            });
    assertTrue(last.isConserved(), last::conservation);
  }

  /** The kernel's watchdog, a task like others, would have evicted the scheduler after 5 s. */
  @Test
  void taskThatThePolicyPutsBehindAllOthersForEverRunsAllTheSame() throws IOException {
    BadPolicy policy = new BadPolicy();
    Metrics last =
        run(
            policy,
            (running, load) -> {
              Program starved = guest.start("nice", "-n", "5", "stress-ng", "--cpu", "1");
              starved.mayFail(); // it is ended
              Program hogs = guest.start("stress-ng", "--cpu", "4");
              hogs.mayFail();
              policy.behaviour = BadPolicy.Behaviour.STARVE;
              long before = niceCpuNs();
              for (int i = 0; i < STARVED_WINDOWS; i++) {
                Wait.pause(STARVED_AT_MOST);
                long now = niceCpuNs();
                assertTrue(now > before, "in window " + i + " it got no CPU time");
                before = now;
              }
              assertEquals("enabled", Guest.state());
              policy.behaviour = BadPolicy.Behaviour.GOOD;
              hogs.close();
              starved.close();
            });
    assertTrue(last.get(Metric.NR_STARVED) > 0, last::toString);
    assertTrue(last.isConserved(), last::conservation);
  }

  /** CPU time of all tasks of nice 5 that compute. */
  private static long niceCpuNs() throws IOException {
    long ns = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        try {
          String stat = Files.readString(process.resolve("stat"));
          String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
          if (fields[NICE_FIELD].equals("5")) {
            String schedstat = Files.readString(process.resolve("schedstat"));
            ns += Long.parseLong(schedstat.substring(0, schedstat.indexOf(' ')));
          }
        } catch (IOException e) {
          // It has ended: there is no such file, or no such process any more.
        }
      }
    }
    return ns;
  }

  /** Lets it misbehave for a while, and returns what was counted meanwhile. */
  private static Metrics behave(
      BadPolicy policy, BadPolicy.Behaviour how, RunningScheduler running, FaultLoad load)
      throws IOException {
    Metrics before = Metrics.of(running.metrics());
    load.during(
            "policy: " + how,
            () -> {
              policy.behaviour = how;
              Wait.pause(A_WHILE);
              if (how == BadPolicy.Behaviour.CHANGE_CLASSES) {
                assertTrue(Wait.until(SOON, () -> policy.classes > 1));
              }
              if (how == BadPolicy.Behaviour.ALLOCATE) {
                assertTrue(Wait.until(SOON, () -> running.policyHealth().givenUp()));
              }
              if (how == BadPolicy.Behaviour.LOOP_FOR_EVER) {
                assertTrue(
                    Arrays.stream(running.stack())
                        .anyMatch(frame -> frame.getMethodName().equals("enqueued")));
              }
              policy.behaviour = BadPolicy.Behaviour.GOOD;
            })
        .assertAtMost(FaultLoad.BOUND);
    return Metrics.of(running.metrics()).since(before);
  }

  /** Runs a policy under load until the work beside it is done; returns its last metrics. */
  private Metrics run(BadPolicy policy, Work work) throws IOException {
    RunningReport report;
    List<BadPolicy> policies = List.of(policy, new BadPolicy()); // the second is for the warm-up
    report =
        new KernelRunner()
            .run(
                SchedulerConfig.defaults("scx_test"),
                new ArrayDeque<>(policies)::remove,
                TopologyReader.read(),
                running -> {
                  try (FaultLoad load = FaultLoad.start(guest)) {
                    work.with(running, load);
                    policy.behaviour = BadPolicy.Behaviour.GOOD;
                    load.end();
                    assertTrue(
                        Wait.until(
                            Guest.PATIENCE,
                            () -> Metrics.of(running.metrics()).get(Metric.NR_CUSTODY) == 0),
                        "a task is still with user space");
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  } finally {
                    policy.behaviour = BadPolicy.Behaviour.GOOD; // or it loops for ever
                    running.stop();
                  }
                });
    assertEquals(ExitReport.UNREG, report.exit().kind(), report.exit()::line);
    return report.metrics();
  }
}
