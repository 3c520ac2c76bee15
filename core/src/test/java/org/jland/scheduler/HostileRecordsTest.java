// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.jland.topology.Topology;
import org.junit.jupiter.api.Test;

/**
 * Shared memory at random: every record has a decision, with or without a counted fault, and what
 * can't be from the kernel ends the scheduler with the one exception that is meant for that.
 * -Djland.fuzz.seed=N repeats a run; failures name it.
 */
class HostileRecordsTest {
  private static final long SEED = Long.getLong("jland.fuzz.seed", System.nanoTime());
  private static final int CPUS = 3;
  private static final int SLOTS = 8;
  private static final int DECISIONS = 16;
  private static final long RECORD_BYTES = QueuedTaskLayout.LAYOUT.byteSize();
  private static final Topology TOPOLOGY = Machines.ofCpus(CPUS, 2);

  private final SplittableRandom random = new SplittableRandom(SEED);

  /** Believes all that a record says, which the policies that ship do not. */
  private static final class Credulous implements Policy {
    private final long[] perCpu = new long[CPUS];
    private long sum;

    @Override
    public void enqueued(TaskView task, Dispatcher out) {
      int cpu = out.selectIdleCpu(task);
      assertTrue(cpu < CPUS, "there is no CPU " + cpu);
      boolean allowed = task.isAllowed(task.cpu());
      sum += 1000 / task.weight() + 1000 / task.nrCpusAllowed() + out.nrWaiting();
      sum += task.comm().length() + (allowed ? 1 : 0);
      assertTrue(task.weight() <= 10_000 && out.nrWaiting() >= 0);
      assertTrue(task.execRuntime() >= 0 && task.runDelta() >= 0 && task.burst() >= 0);
      perCpu[task.cpu()]++; // may throw, as code that trusts a record will
      out.dispatch(task.id(), task.cpu(), task.startTs(), task.vtime(), sum, (int) sum);
    }
  }

  private long word() {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> Long.MIN_VALUE;
      case 3 -> Long.MAX_VALUE;
      case 4 -> random.nextLong(-20, 20);
      case 5 -> (long) random.nextInt(-5, 6) << 32 | random.nextInt(0, 6);
      case 6 -> 1L << random.nextInt(Long.SIZE);
      default -> random.nextLong();
    };
  }

  private void scribble(MemorySegment memory, long from, long bytes) {
    for (long at = from; at < from + bytes; at += Long.BYTES) {
      memory.set(JAVA_LONG, at, word());
    }
  }

  /** Puts random records into a ring, of a kind that there is; returns how many are tasks. */
  private int produce(FakeBackend backend, int ring) {
    int tasks = 0;
    for (int n = random.nextInt(SLOTS + 1); n > 0; n--) {
      boolean exit = random.nextInt(10) == 0;
      int kind = exit ? QueuedTaskLayout.KIND_EXIT : QueuedTaskLayout.KIND_TASK;
      long at = backend.write(ring, 1, kind);
      scribble(backend.queued(), at, RECORD_BYTES);
      backend.queued().set(JAVA_INT, at + QueuedTaskLayout.KIND, kind);
      backend.publish(ring);
      tasks += exit ? 0 : 1;
    }
    return tasks;
  }

  @Test
  void everyRecordHasADecisionWhateverItSays() {
    FakeBackend backend = new FakeBackend(Arena.ofAuto(), CPUS, SLOTS, 64);
    PolicyFaults faults = new PolicyFaults("test");
    SchedulerLoop loop = new SchedulerLoop(backend.rings, TOPOLOGY, new Credulous(), faults);
    long tasks = 0;
    for (int round = 0; round < 5_000; round++) {
      for (int ring = 0; ring < CPUS; ring++) {
        tasks += produce(backend, ring);
      }
      scribble(backend.rings.idleCpus(), 0, RingLayout.MAX_CPUS / 8);
      backend.rings.control().set(JAVA_INT, RingLayout.CTL_NR_WAITING, (int) word());
      loop.run(() -> false, 1);
      backend.drain();
      assertEquals(tasks, loop.nrRead(), () -> "seed " + SEED);
      assertEquals(tasks, loop.nrDecided(), () -> "seed " + SEED);
    }
    assertTrue(faults.first() instanceof ArrayIndexOutOfBoundsException, "" + faults.first());
    assertTrue(faults.count() > 0 && faults.count() < tasks, "" + faults.count());
  }

  @Test
  void aRecordOfNoKnownKindEndsTheLoopAndIsNotTakenForAnother() {
    FakeBackend backend = new FakeBackend(Arena.ofAuto(), CPUS, SLOTS, DECISIONS);
    SchedulerLoop loop =
        new SchedulerLoop(backend.rings, TOPOLOGY, new Credulous(), new PolicyFaults("test"));
    backend.write(1, 10, 7);
    backend.publish(1);

    RingException e = assertThrows(RingException.class, () -> loop.run(() -> false, 1));

    assertEquals("ring 1: a record of kind 7", e.getMessage());
  }

  @Test
  void aTailThatTheKernelCannotHaveReachedEndsTheLoopAndIsNoFaultOfThePolicy() {
    for (long tail : new long[] {1, -1, 5, Long.MAX_VALUE, Long.MIN_VALUE}) {
      FakeBackend backend = new FakeBackend(Arena.ofAuto(), CPUS, SLOTS, DECISIONS);
      PolicyFaults faults = new PolicyFaults("test");
      Policy full =
          new Policy() {
            @Override
            public void enqueued(TaskView task, Dispatcher out) {}

            @Override
            public void dispatch(Dispatcher out) {
              for (int i = 0; i < DECISIONS; i++) {
                out.dispatch(i, 0, 0);
              }
            }
          };
      SchedulerLoop loop = new SchedulerLoop(backend.rings, TOPOLOGY, full, faults);
      backend.rings.dispatched().set(JAVA_LONG, RingLayout.TAIL, tail);

      assertThrows(RingException.class, () -> loop.run(() -> false, 2), () -> "tail " + tail);
      assertEquals(0, faults.count());
    }
  }

  /** Positions and all: either a turn goes well, or it ends with the exception for it. */
  @Test
  void memoryAtRandomNeverEndsInAnotherException() {
    int good = 0;
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      FakeBackend backend = new FakeBackend(Arena.ofAuto(), CPUS, SLOTS, DECISIONS);
      try {
        SchedulerLoop loop =
            new SchedulerLoop(backend.rings, TOPOLOGY, new Credulous(), new PolicyFaults("test"));
        for (int turn = 0; turn < 3; turn++) {
          ruin(backend);
          loop.run(() -> false, 1);
        }
        assertEquals(loop.nrRead(), loop.nrDecided(), () -> "seed " + SEED);
        good++;
      } catch (RingException e) {
        refused++;
      } catch (RuntimeException | Error e) {
        fail("seed " + SEED + ", round " + round, e);
      }
    }
    assertTrue(good > 100 && refused > 100, good + " good, " + refused + " refused");
  }

  /** Some of it at random, so that each part has its turn. */
  private void ruin(FakeBackend backend) {
    for (int ring = 0; ring < CPUS; ring++) {
      long base = backend.base(ring);
      switch (random.nextInt(40)) {
        case 0 -> scribble(backend.queued(), base, QueuedRings.bytes(SLOTS));
        case 1 -> backend.queued().set(JAVA_LONG, base + RingLayout.HEAD, word());
        case 2 -> backend.queued().set(JAVA_LONG, base + RingLayout.TAIL, word());
        default -> produce(backend, ring);
      }
    }
    MemorySegment decisions = backend.rings.dispatched();
    switch (random.nextInt(10)) {
      case 0 -> decisions.set(JAVA_LONG, RingLayout.TAIL, word());
      case 1 -> decisions.set(JAVA_LONG, RingLayout.HEAD, word());
      default -> decisions.set(JAVA_LONG, RingLayout.TAIL, head(decisions));
    }
    scribble(backend.rings.control(), 0, RingLayout.SHARED_CTL.byteSize() & -Long.BYTES);
    scribble(backend.rings.idleCpus(), 0, RingLayout.MAX_CPUS / 8);
  }

  private static long head(MemorySegment decisions) {
    return decisions.get(JAVA_LONG, RingLayout.HEAD);
  }
}
