// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jland.intf.QueuedTaskLayout;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop with policies that are good, bad and broken. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchedulerLoopTest {

  private static final int DECISIONS = 16;

  private final FakeBackend backend = new FakeBackend(Arena.ofAuto(), 2, 32, DECISIONS);
  private final PolicyFaults faults = new PolicyFaults("test");

  private SchedulerLoop loop(Policy policy) {
    return new SchedulerLoop(backend.rings, Machines.ofCpus(2, 1), policy, faults);
  }

  private void enqueue(int first, int last) {
    IntStream.rangeClosed(first, last).forEach(pid -> assertTrue(backend.enqueue(pid % 2, pid)));
  }

  private static void turn(SchedulerLoop loop) {
    loop.run(() -> false, 1);
  }

  /** Plays both sides until nothing moves any more. */
  private void settle(SchedulerLoop loop) {
    do {
      turn(loop);
    } while (backend.drain() > 0 || backend.isPending());
  }

  private void assertAllRanOnce(int first, int last) {
    assertEquals(
        IntStream.rangeClosed(first, last).boxed().toList(),
        backend.ran().stream().sorted().toList());
    assertEquals(0, backend.inCustody());
  }

  private static RuntimeException bug(int number) {
    return new IllegalStateException("bug " + number);
  }

  /** Keeps all tasks, and lets so many go a burst. */
  private static class Hoarder implements Policy {
    final Deque<Long> kept = new ArrayDeque<>();
    int goingPerBurst = Integer.MAX_VALUE;

    @Override
    public void enqueued(TaskView task, Dispatcher out) {
      kept.add(task.id());
    }

    @Override
    public void dispatch(Dispatcher out) {
      for (int i = 0; i < goingPerBurst && !kept.isEmpty() && out.room() > 0; i++) {
        assertTrue(out.dispatch(kept.remove(), 0, 0));
      }
    }

    @Override
    public int nrHeld() {
      return kept.size();
    }
  }

  @Test
  void everyTaskThatAPolicyDispatchesRunsOnce() {
    SchedulerLoop loop = loop((task, out) -> out.dispatch(task.id(), 5, 6));
    enqueue(1, 40);
    settle(loop);
    assertAllRanOnce(1, 40);
    assertEquals(0, faults.count());
    assertEquals(40, loop.nrRead());
    assertEquals(40, loop.nrDecided());
    assertTrue(backend.carriedOut.stream().allMatch(d -> d.sliceNs() == 5 && d.vtime() == 6));
  }

  @Test
  void aTaskThatThePolicyThrowsOnRunsOnceAllTheSame() {
    SchedulerLoop loop =
        loop((task, out) -> {
          if (task.pid() % 3 == 0) {
            throw bug(task.pid());
          }
          out.dispatch(task.id(), 0, 0);
        });
    enqueue(1, 40);
    settle(loop);
    assertAllRanOnce(1, 40);
    assertEquals(13, faults.count());
    assertEquals(0, backend.cancelled.size());
  }

  @Test
  void theFirstFaultIsKeptAndTheOthersAreCounted() {
    assertNull(faults.first());
    List<Throwable> thrown = new ArrayList<>();
    SchedulerLoop loop =
        loop((task, out) -> {
          thrown.add(bug(task.pid()));
          throw (RuntimeException) thrown.getLast();
        });
    enqueue(1, 5);
    settle(loop);
    assertSame(thrown.getFirst(), faults.first());
    assertEquals(5, faults.count());
  }

  @Test
  void aTaskThatThePolicyFailsOnGoesBehindThoseThatItDecidedAbout() {
    backend.enqueue(0, 5);
    backend.enqueue(0, 6);
    long at = backend.write(0, 7, 0);
    backend.queued().set(JAVA_LONG, at + QueuedTaskLayout.VTIME, 1234L);
    backend.queued().set(JAVA_LONG, at + QueuedTaskLayout.COOKIE, 5678L);
    backend.publish(0);
    turn(
        loop((task, out) -> {
          if (task.pid() == 7) {
            throw bug(1);
          }
          out.dispatch(task.id(), 0, 10_000 - task.pid());
        }));
    FakeBackend.Decision decision = backend.decision(2);
    assertEquals(9_995, decision.vtime());
    assertEquals(5678, decision.cookie());
    assertEquals(Dispatcher.ANY_CPU, decision.cpu());
    assertEquals(0, decision.sliceNs());
  }

  @Test
  void aTaskThatWasDispatchedBeforeThePolicyThrewRunsOnce() {
    SchedulerLoop loop =
        loop((task, out) -> {
          out.dispatch(task.id(), 5, 0);
          throw bug(1);
        });
    enqueue(1, 30);
    settle(loop);
    assertAllRanOnce(1, 30);
    assertTrue(backend.carriedOut.stream().allMatch(decision -> decision.sliceNs() == 5));
    assertEquals(30, backend.cancelled.size());
  }

  @Test
  void aTaskThatThePolicyDispatchesAgainAndAgainRunsOnce() {
    SchedulerLoop loop =
        loop((task, out) -> {
          while (out.dispatch(task.id(), 0, 0)) {
            // as often as it is let
          }
        });
    enqueue(1, 10);
    settle(loop);
    assertAllRanOnce(1, 10);
  }

  @Test
  void aPolicyThatFillsTheRingAndThrowsLosesNothing() {
    SchedulerLoop loop =
        loop((task, out) -> {
          while (out.room() > 0) {
            out.dispatch(FakeBackend.id(4000, 1), 0, 0);
          }
          throw bug(1);
        });
    enqueue(1, 20);
    settle(loop);
    assertAllRanOnce(1, 20);
  }

  @Test
  void aPolicyThatHoldsTasksIsRunAgainUntilItHoldsNone() {
    Hoarder policy = new Hoarder();
    policy.goingPerBurst = 3;
    SchedulerLoop loop = loop(policy);
    enqueue(1, 10);
    turn(loop);
    assertEquals(7, backend.nrHeld());
    for (int i = 0; i < 3; i++) {
      turn(loop);
      backend.drain();
    }
    assertEquals(0, backend.nrHeld());
    assertAllRanOnce(1, 10);
  }

  @Test
  void aPolicyThatHoldsMoreThanTheRingTakesLosesNothing() {
    Hoarder policy = new Hoarder();
    SchedulerLoop loop = loop(policy);
    for (int wave = 0; wave < 10; wave++) {
      enqueue(1 + wave * 40, 40 + wave * 40);
      turn(loop);
      backend.drain(DECISIONS / 2);
    }
    while (backend.nrHeld() > 0 || backend.isPending()) {
      turn(loop);
      backend.drain();
    }
    backend.drain();
    assertAllRanOnce(1, 400);
    assertEquals(0, faults.count());
  }

  @Test
  void whatAPolicyHoldsIsToldEvenIfItsDispatchThrows() {
    Hoarder policy =
        new Hoarder() {
          private int calls;

          @Override
          public void dispatch(Dispatcher out) {
            if (calls++ % 2 == 0) {
              throw bug(calls);
            }
            super.dispatch(out);
          }
        };
    SchedulerLoop loop = loop(policy);
    enqueue(1, 4);
    turn(loop);
    assertEquals(1, faults.count());
    assertEquals(4, backend.nrHeld());
    turn(loop);
    assertEquals(0, backend.nrHeld());
    backend.drain();
    assertAllRanOnce(1, 4);
  }

  @Test
  void ifItCannotSayHowManyItHoldsTheLastNumberStands() {
    Hoarder policy =
        new Hoarder() {
          @Override
          public int nrHeld() {
            if (kept.size() == 1) {
              throw bug(1);
            }
            return super.nrHeld();
          }
        };
    policy.goingPerBurst = 1;
    SchedulerLoop loop = loop(policy);
    enqueue(1, 3);
    turn(loop);
    assertEquals(2, backend.nrHeld());
    turn(loop);
    assertEquals(2, backend.nrHeld());
    assertEquals(1, faults.count());
    turn(loop);
    assertEquals(0, backend.nrHeld());
  }

  @Test
  void aTickThatThrowsIsAFaultAndTheTicksGoOn() {
    int[] ticks = new int[1];
    Policy policy =
        new Policy() {
          @Override
          public void enqueued(TaskView task, Dispatcher out) {
            out.dispatch(task.id(), 0, 0);
          }

          @Override
          public void tick(long nowNs) {
            ticks[0]++;
            throw bug(ticks[0]);
          }
        };
    SchedulerLoop loop = loop(policy);
    enqueue(1, 2);
    while (ticks[0] < 2) {
      turn(loop);
    }
    assertEquals(2, faults.count());
    backend.drain();
    assertAllRanOnce(1, 2);
  }

  @Test
  void anExitThatThrowsIsAFaultAndTheBurstGoesOn() {
    List<Integer> exits = new ArrayList<>();
    Policy policy =
        new Policy() {
          @Override
          public void enqueued(TaskView task, Dispatcher out) {
            out.dispatch(task.id(), 0, 0);
          }

          @Override
          public void exited(int pid) {
            exits.add(pid);
            throw bug(pid);
          }
        };
    backend.exit(0, 90);
    backend.enqueue(0, 1);
    backend.exit(0, 91);
    backend.enqueue(0, 2);
    settle(loop(policy));
    assertEquals(List.of(90, 91), exits);
    assertEquals(2, faults.count());
    assertAllRanOnce(1, 2);
  }

  @Test
  void aStackThatOverflowsAndAnAssertionThatFailsAreFaultsToo() {
    Policy policy =
        new Policy() {
          @Override
          public void enqueued(TaskView task, Dispatcher out) {
            if (task.pid() == 1) {
              enqueued(task, out);
            }
            throw new AssertionError("never true");
          }
        };
    enqueue(1, 2);
    settle(loop(policy));
    assertAllRanOnce(1, 2);
    assertEquals(2, faults.count());
  }

  @Test
  void aDecisionForATaskThatIsGoneIsCancelled() {
    Hoarder policy = new Hoarder();
    policy.goingPerBurst = 0;
    SchedulerLoop loop = loop(policy);
    enqueue(1, 3);
    turn(loop);
    backend.exit(0, 2);
    policy.goingPerBurst = 3;
    settle(loop);
    assertEquals(List.of(1, 3), backend.ran().stream().sorted().toList());
    assertEquals(1, backend.cancelled.size());
    assertEquals(0, backend.inCustody());
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 1024, -1})
  void theLoopEndsWhenTheKernelLetsGo(int kind) {
    int[] seen = new int[1];
    SchedulerLoop loop =
        loop((task, out) -> {
          seen[0]++;
          backend.rings.exitKind().set(JAVA_INT, 0, kind);
          out.dispatch(task.id(), 0, 0);
        });
    enqueue(1, 1);
    loop.run(() -> true, Long.MAX_VALUE);
    assertEquals(1, seen[0]);
  }
}
