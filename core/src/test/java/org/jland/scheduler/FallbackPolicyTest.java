// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import org.jland.intf.QueuedTaskLayout;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.junit.jupiter.api.Test;

/** The loop when its policy is given up. */
class FallbackPolicyTest {

  private final FakeBackend backend = new FakeBackend(Arena.ofAuto(), 2, 256, 512);
  private final PolicyFaults faults = new PolicyFaults("test");

  private SchedulerLoop loop(Policy policy) {
    return new SchedulerLoop(backend.rings, Machines.ofCpus(2, 1), policy, faults);
  }

  private void enqueue(int first, int last) {
    IntStream.rangeClosed(first, last).forEach(pid -> assertTrue(backend.enqueue(pid % 2, pid)));
  }

  private void turn(SchedulerLoop loop) {
    loop.run(() -> false, 1);
    backend.drain();
  }

  private void assertAllRanOnce(int last) {
    assertEquals(
        IntStream.rangeClosed(1, last).boxed().toList(), backend.ran().stream().sorted().toList());
    assertEquals(0, backend.inCustody());
  }

  /** Counts how often it is asked, and fails as the test says. */
  private abstract static class Counted implements Policy {
    int asked;

    abstract void fail(TaskView task, Dispatcher out);

    @Override
    public void enqueued(TaskView task, Dispatcher out) {
      asked++;
      fail(task, out);
    }
  }

  @Test
  void aPolicyThatAlwaysThrowsIsAskedAHundredTimesAndEveryTaskRuns() {
    Counted policy =
        new Counted() {
          @Override
          void fail(TaskView task, Dispatcher out) {
            throw new IllegalStateException("always");
          }
        };
    SchedulerLoop loop = loop(policy);
    enqueue(1, 300);
    turn(loop);
    assertEquals(PolicyFaults.MAX_PER_SECOND, policy.asked);
    assertEquals(PolicyFaults.MAX_PER_SECOND, faults.count());
    assertTrue(faults.isGivenUp());
    assertAllRanOnce(300);
  }

  @Test
  void whoComesAfterItWasGivenUpStandsBehindThoseThatWait() {
    long far = Long.MAX_VALUE - 5; // and the kernel lets it wrap
    SchedulerLoop loop =
        loop((task, out) -> {
          if (task.pid() > 2) {
            throw new OutOfMemoryError("made by the test");
          }
          out.dispatch(task.id(), 0, far);
        });
    long before = System.nanoTime();
    enqueue(2, 3);
    turn(loop);
    enqueue(4, 4);
    turn(loop);
    long enqTs = 0; // of a record that the test makes
    long behind = backend.carriedOut.getLast().vtime() - far;
    assertEquals(far, backend.carriedOut.get(1).vtime());
    assertTrue(behind <= enqTs - before, "" + behind);
  }

  @Test
  void aPolicyThatRunsOutOfMemoryIsAskedNoMoreAndTheTaskAtHandRuns() {
    Counted policy =
        new Counted() {
          @Override
          void fail(TaskView task, Dispatcher out) {
            throw new OutOfMemoryError("made by the test");
          }
        };
    SchedulerLoop loop = loop(policy);
    enqueue(1, 10);
    turn(loop);
    assertEquals(1, policy.asked);
    assertAllRanOnce(10);
  }

  @Test
  void whatAGivenUpPolicyKeptIsNotToldAsHeld() {
    Counted policy =
        new Counted() {
          @Override
          void fail(TaskView task, Dispatcher out) {
            if (task.pid() > 3) {
              throw new OutOfMemoryError("made by the test");
            }
          }

          @Override
          public int nrHeld() {
            return Math.min(asked, 3);
          }
        };
    SchedulerLoop loop = loop(policy);
    enqueue(1, 3);
    turn(loop);
    assertEquals(3, backend.nrHeld());
    enqueue(4, 4);
    turn(loop);
    // They are in custody still: the kernel side takes them back, see CustodyModel.
    assertEquals(0, backend.nrHeld());
    assertEquals(3, backend.inCustody());
  }

  @Test
  void aPolicyThatFailsNowAndThenStays() {
    Counted policy =
        new Counted() {
          @Override
          void fail(TaskView task, Dispatcher out) {
            if (task.pid() % 10 == 0) {
              throw new IllegalStateException("now and then");
            }
            out.dispatch(task.id(), 0, 0);
          }
        };
    SchedulerLoop loop = loop(policy);
    enqueue(1, 200);
    turn(loop);
    assertEquals(200, policy.asked);
    assertFalse(faults.isGivenUp());
    assertAllRanOnce(200);
  }

  @Test
  void afterwardsTasksAreScheduledInTheOrderInWhichTheyCame() {
    Counted policy =
        new Counted() {
          @Override
          void fail(TaskView task, Dispatcher out) {
            throw new OutOfMemoryError("made by the test");
          }
        };
    SchedulerLoop loop = loop(policy);
    enqueue(1, 1);
    turn(loop);
    backend.carriedOut.clear();
    long at = backend.write(0, 2, 0);
    backend.queued().set(JAVA_LONG, at + QueuedTaskLayout.ENQ_TS, 4711L);
    backend.publish(0);
    long later = backend.write(0, 3, 0);
    backend.queued().set(JAVA_LONG, later + QueuedTaskLayout.ENQ_TS, 4720L);
    backend.publish(0);
    loop.run(() -> false, 1);
    FakeBackend.Decision decision = backend.decision(1);
    assertEquals(9, backend.decision(2).vtime() - decision.vtime());
    assertEquals(Dispatcher.ANY_CPU, decision.cpu());
    assertEquals(0, decision.sliceNs());
  }
}
