// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jland.policy.Dispatcher;
import org.jland.policy.KernelRules;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.jland.scheduler.BpfScheduler;
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

/** What the interface offers and the shipped schedulers do not use, in this JVM, under load. */
@Tag("newest")
class PolicyVmTest {
  private static final SchedulerConfig CONFIG = SchedulerConfig.defaults("scx_test");

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void policyThatHoldsTasksAndUsesEveryKindOfDecisionLosesNone() throws IOException {
    load("--cpu", "3", "--fork", "1", "--yield", "1");
    List<HoldingPolicy> policies = List.of(new HoldingPolicy(), new HoldingPolicy());
    HoldingPolicy real = policies.getFirst(); // the second one is for the warm-up
    Metrics metrics =
        run(
            new ArrayDeque<>(policies)::remove,
            running ->
                assertTrue(
                    Wait.until(Guest.PATIENCE, () -> real.decided > 2000 && real.exited > 10),
                    () -> real.decided + " decided, " + real.exited + " exited"));
    assertTrue(metrics.get(Metric.NR_USER_DISPATCHES) > 1000, metrics::toString);
    assertEquals(0, metrics.get(Metric.NR_POLICY_FAULTS), metrics::toString);
    assertEquals(0, metrics.get(Metric.NR_FAILED_DISPATCHES), metrics::toString);
  }

  @Test
  void protectedTaskIsNotPreemptedByWakeUps() throws IOException {
    load("--cpu", "4");

    long plain = preemptions(0);
    // Those that have slept are protected until they use more than usual.
    long ofProtected = preemptions(Dispatcher.PROTECT);
    System.out.println("measured: preemptions: " + plain + ", of protected tasks " + ofProtected);
    assertTrue(plain > 100, "" + plain);
    assertTrue(ofProtected < plain / 20, "" + ofProtected);
  }

  @Test
  void lowLevelInterfaceSchedulesTheMachine() throws IOException {
    load("--cpu", "4");
    try (BpfScheduler bpf =
        BpfScheduler.load(CONFIG, TopologyReader.read(), KernelRules.NONE, pid -> {})) {
      AtomicReference<Throwable> refused = new AtomicReference<>();
      Thread stranger = new Thread(bpf::close);
      stranger.setUncaughtExceptionHandler((_, e) -> refused.set(e));
      bpf.attach();
      stranger.start();
      long vtime = 0;
      while (!bpf.exited() && (vtime < 100 || refused.get() == null)) {
        for (TaskView task = bpf.dequeueTask(); task != null; task = bpf.dequeueTask()) {
          bpf.dispatchTask(task.id(), Dispatcher.ANY_CPU, 0, ++vtime, 0, 0);
        }
        bpf.notifyComplete(0);
      }
      ExitReport exit = bpf.shutdownAndReport();
      assertEquals(ExitReport.UNREG, exit.kind(), exit::line);
      assertTrue(bpf.counters().snapshot().isConserved());
      assertInstanceOf(IllegalStateException.class, refused.get()); // the rings were in use
    }
  }

  /** Preemptions while threads that sleep wake beside tasks that compute, all decided alike. */
  private long preemptions(int flags) {
    class Flagged implements Policy {
      @Override
      public KernelRules kernelRules() {
        return new KernelRules(false, 2_000_000, 0);
      }

      @Override
      public void enqueued(TaskView task, Dispatcher out) {
        out.dispatch(task.id(), Dispatcher.ANY_CPU, 0, task.enqTs(), 0, flags);
      }
    }
    long[] preempts = new long[1];
    run(
        Flagged::new,
        running -> {
          Wait.pause(Duration.ofSeconds(1)); // until each task has had a decision
          long before = preempts(running);
          cyclictest();
          preempts[0] = preempts(running) - before;
        });
    return preempts[0];
  }

  private static long preempts(RunningScheduler running) {
    return Metrics.of(running.metrics()).get(Metric.NR_PREEMPTS);
  }

  private void cyclictest() {
    try {
      guest.run("cyclictest", "--policy=other", "-t2", "-i", "1000", "--duration=2", "-q");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a policy until the work beside it is done; returns its last metrics. */
  private static Metrics run(Supplier<Policy> policies, Consumer<RunningScheduler> work) {
    RunningReport report =
        new KernelRunner()
            .run(
                CONFIG,
                policies,
                TopologyReader.read(),
                running -> {
                  work.accept(running);
                  running.stop();
                });
    assertEquals(ExitReport.UNREG, report.exit().kind(), report.exit()::line);
    assertTrue(report.metrics().isConserved(), report.metrics()::conservation);
    assertTrue(Wait.until(Guest.PATIENCE, () -> Guest.state().equals("disabled")));
    return report.metrics();
  }

  private void load(String... stressors) throws IOException {
    List<String> command = new ArrayList<>(List.of("stress-ng", "--timeout", "3600"));
    command.addAll(List.of(stressors));
    guest.start(command.toArray(String[]::new)).mayFail(); // it is ended before its time
  }

  /** Keeps tasks for a call, and sends each to another kind of place. */
  private static final class HoldingPolicy implements Policy {
    private final ArrayDeque<Long> ids = new ArrayDeque<>();
    private final ArrayDeque<Integer> cpus = new ArrayDeque<>();
    private volatile long decided;
    private volatile long exited;

    @Override
    public KernelRules kernelRules() {
      return new KernelRules(true, 2_000_000, 0);
    }

    @Override
    public void enqueued(TaskView task, Dispatcher out) {
      ids.add(task.id());
      cpus.add(task.cpu());
    }

    @Override
    public void dispatch(Dispatcher out) {
      while (!ids.isEmpty() && out.room() > 0) {
        long id = ids.remove();
        int cpu = cpus.remove();
        long now = System.nanoTime();
        switch ((int) (decided % 4)) {
          case 0 -> out.dispatch(id, cpu, 0, now, 0, Dispatcher.PREEMPT);
          case 1 -> out.dispatch(id, Dispatcher.llc(0), 0, now, 0, 0);
          case 2 -> out.dispatch(id, cpu, 0, now, 0, Dispatcher.PROTECT);
          default -> out.dispatch(id, Dispatcher.ANY_CPU, 0, now, 0, 0);
        }
        decided++;
      }
    }

    @Override
    public void exited(int pid) {
      exited++;
    }

    @Override
    public int nrHeld() {
      return ids.size();
    }
  }
}
