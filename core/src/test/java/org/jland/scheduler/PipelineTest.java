// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jland.intf.RingLayout;
import org.jland.policy.TaskView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PipelineTest {

  private static final int SLOTS = 8;
  private static final int DECISIONS = 4;

  private final FakeBackend backend = new FakeBackend(Arena.ofAuto(), 3, SLOTS, DECISIONS);
  private final List<Integer> exits = new ArrayList<>();
  private final Pipeline pipeline =
      new Pipeline(backend.rings, Machines.ofCpus(3, 1), pid -> exits.add(pid));

  /** Reads to the end of the burst, and decides nothing. */
  private List<Integer> readAll() {
    List<Integer> pids = new ArrayList<>();
    for (TaskView task = pipeline.dequeue(); task != null; task = pipeline.dequeue()) {
      pids.add(task.pid());
    }
    return pids;
  }

  private static boolean dispatch(Pipeline pipeline, TaskView task) {
    return pipeline.dispatch(task.id(), 0, 0, 0, 0, 0);
  }

  @Test
  void aBurstReadsEveryRingAndGivesAllSlotsBack() {
    backend.enqueue(2, 30);
    backend.enqueue(0, 10);
    backend.enqueue(0, 11);
    pipeline.beginBurst();
    assertEquals(List.of(10, 11, 30), readAll());
    assertEquals(0, backend.backlog(0) + backend.backlog(1) + backend.backlog(2));
    assertEquals(3, pipeline.nrRead());
    assertNull(pipeline.dequeue(), "a burst that has ended stays so");
  }

  @Test
  void manyBurstsReadEveryTaskOnceAndInTheOrderOfItsRing() {
    int next = 1;
    List<List<Integer>> seen = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int burst = 0; burst < 500; burst++) {
      for (int i = 0; i <= burst % 11; i++, next++) {
        assertTrue(backend.enqueue(next % 3, next));
      }
      pipeline.beginBurst();
      for (int pid : readAll()) {
        seen.get(pid % 3).add(pid);
      }
      pipeline.endBurst(0);
    }
    int total = 0;
    for (List<Integer> ring : seen) {
      assertEquals(ring.stream().sorted().toList(), ring);
      total += ring.size();
    }
    assertEquals(next - 1, total);
    assertEquals(next - 1, seen.stream().flatMap(List::stream).distinct().count());
  }

  @Test
  void aRecordThatComesTooLateForABurstIsReadInTheNextAndLeavesPendingSet() {
    backend.enqueue(0, 10);
    pipeline.beginBurst();
    assertFalse(backend.isPending());
    backend.enqueue(0, 11);
    assertEquals(List.of(10), readAll());
    pipeline.endBurst(0);
    assertTrue(backend.isPending());
    pipeline.beginBurst();
    assertEquals(List.of(11), readAll());
    assertFalse(backend.isPending());
  }

  @Test
  void aViewIsValidUntilTheNextCall() {
    for (int i = 0; i < SLOTS; i++) {
      backend.enqueue(1, 100 + i);
    }
    pipeline.beginBurst();
    for (int i = 0; i < SLOTS; i++) {
      TaskView task = pipeline.dequeue();
      assertFalse(backend.enqueue(1, 999), "its slot was given away");
      assertEquals(100 + i, task.pid());
    }
    assertNull(pipeline.dequeue());
    assertTrue(backend.enqueue(1, 999));
  }

  @Test
  void oneViewServesAllRecords() {
    backend.enqueue(0, 10);
    backend.enqueue(1, 11);
    pipeline.beginBurst();
    assertSame(pipeline.dequeue(), pipeline.dequeue());
  }

  @Test
  void noRoomForADecisionEndsTheBurstKeepsTheRestAndAsksToBeRunAgain() {
    for (int i = 0; i < 3; i++) {
      backend.enqueue(0, 10 + i);
      backend.enqueue(1, 20 + i);
    }
    int places = DECISIONS - 1; // one is kept for a task that the policy fails on
    List<Integer> ran = new ArrayList<>();
    for (int burst = 0; burst < 2; burst++) {
      pipeline.beginBurst();
      int read = 0;
      for (TaskView task = pipeline.dequeue(); task != null; task = pipeline.dequeue()) {
        assertTrue(dispatch(pipeline, task));
        read++;
      }
      assertEquals(places, read);
      assertEquals(burst == 0, backend.isPending());
      assertEquals(burst == 0 ? 3 : 0, backend.backlog(0) + backend.backlog(1));
      pipeline.endBurst(0);
      backend.drain();
    }
    ran.addAll(backend.ran());
    assertEquals(List.of(10, 11, 12, 20, 21, 22), ran);
    assertEquals(0, backend.inCustody());
  }

  @Test
  void aTaskIsOnlyReadIfThereIsRoomForADecision() {
    for (int i = 0; i < DECISIONS - 1; i++) {
      assertTrue(pipeline.dispatch(FakeBackend.id(50 + i, 1), 0, 0, 0, 0, 0));
    }
    assertEquals(0, pipeline.room());
    assertFalse(pipeline.dispatch(FakeBackend.id(60, 1), 0, 0, 0, 0, 0));
    assertEquals(DECISIONS - 1, pipeline.nrDecided());
    backend.enqueue(0, 10);
    pipeline.beginBurst();
    assertNull(pipeline.dequeue());
    assertEquals(0, pipeline.nrRead());
    assertEquals(1, backend.backlog(0));
    assertTrue(backend.isPending());
  }

  @Test
  void roomComesBackWhileABurstGoesOn() {
    for (int i = 0; i < 6; i++) {
      backend.enqueue(0, 10 + i);
    }
    pipeline.beginBurst();
    for (int i = 0; i < DECISIONS - 1; i++) {
      dispatch(pipeline, pipeline.dequeue());
    }
    pipeline.endBurst(0);
    backend.drain();
    assertEquals(DECISIONS - 1, pipeline.room());
    assertEquals(13, pipeline.dequeue().pid());
  }

  @Test
  void aTaskThatThePolicyFailsOnAlwaysHasAPlace() {
    backend.enqueue(0, 10);
    pipeline.beginBurst();
    TaskView task = pipeline.dequeue();
    while (pipeline.room() > 0) {
      pipeline.dispatch(FakeBackend.id(99, 1), 0, 0, 0, 0, 0);
    }
    assertFalse(dispatch(pipeline, task));
    pipeline.rescue(task);
    assertEquals(0, pipeline.room());
    pipeline.endBurst(0);
    assertEquals(DECISIONS, backend.drain());
    assertEquals(List.of(10), backend.ran());
  }

  @Test
  void aTaskThatThePolicyFailsOnGoesBehindThoseThatWereDecided() {
    backend.enqueue(0, 10);
    backend.enqueue(0, 11);
    pipeline.beginBurst();
    assertTrue(pipeline.dispatch(pipeline.dequeue().id(), -1, 0, 5000, 0, 0));
    pipeline.rescue(pipeline.dequeue());
    pipeline.endBurst(0);
    backend.drain();
    assertEquals(List.of(5000L, 5000L), backend.carriedOut.stream().map(d -> d.vtime()).toList());
  }

  @Test
  void aBurstIsPublishedWithOneStoreAndCounted() {
    backend.enqueue(0, 10);
    backend.enqueue(1, 11);
    pipeline.beginBurst();
    dispatch(pipeline, pipeline.dequeue());
    dispatch(pipeline, pipeline.dequeue());
    assertNull(pipeline.dequeue());
    assertEquals(0, backend.published());
    pipeline.endBurst(5);
    assertEquals(2, backend.published());
    assertEquals(5, backend.nrHeld());
    assertEquals(1, backend.rings.control().get(JAVA_LONG, RingLayout.CTL_NR_BURSTS));
    pipeline.beginBurst();
    pipeline.endBurst(0);
    assertEquals(0, backend.nrHeld());
    assertEquals(2, backend.rings.control().get(JAVA_LONG, RingLayout.CTL_NR_BURSTS));
  }

  /** The kernel side runs the thread again if it is interrupted then. */
  @Test
  void fromItsBeginToItsEndABurstSaysThatTasksAreInOurHands() {
    backend.enqueue(0, 10);
    pipeline.beginBurst();
    dispatch(pipeline, pipeline.dequeue());
    assertEquals(1, backend.rings.control().get(JAVA_LONG, RingLayout.CTL_IN_BURST));
    assertFalse(backend.isPending());
    pipeline.endBurst(0);
    assertEquals(0, backend.rings.control().get(JAVA_LONG, RingLayout.CTL_IN_BURST));
  }

  @Test
  void exitRecordsGoToTheirListenerAndAreNoTasks() {
    backend.enqueue(0, 10);
    backend.exit(0, 10);
    backend.exit(1, 20);
    backend.enqueue(1, 21);
    pipeline.beginBurst();
    assertEquals(List.of(10, 21), readAll());
    assertEquals(List.of(10, 20), exits);
    assertEquals(2, pipeline.nrRead());
    assertEquals(0, backend.backlog(0) + backend.backlog(1));
  }

  @Test
  void ofATaskThatWasMovedTheNewerRecordMayComeFirstAndItsDecisionIsTheOneThatCounts() {
    backend.enqueue(2, 10);
    backend.enqueue(0, 10);
    pipeline.beginBurst();
    for (TaskView task = pipeline.dequeue(); task != null; task = pipeline.dequeue()) {
      dispatch(pipeline, task);
    }
    pipeline.endBurst(0);
    backend.drain();
    assertEquals(List.of(10), backend.ran());
    assertEquals(1, backend.cancelled.size());
    assertTrue(backend.carriedOut.getFirst().id() > backend.cancelled.getFirst().id());
  }

  @Test
  void anImpossibleHeadIsAnErrorWithItsNumbersNotAReadOfOldSlots() {
    backend.queued().set(JAVA_LONG, backend.base(2) + RingLayout.HEAD, SLOTS + 1L);
    pipeline.beginBurst();
    String message =
        assertThrows(IllegalStateException.class, () -> pipeline.dequeue()).getMessage();
    assertEquals("ring 2: head 9, tail 0, slots 8", message);
  }

  @Test
  void theNumberOfWaitingTasksIsThatOfTheBurstsBegin() {
    backend.rings.control().set(JAVA_INT, RingLayout.CTL_NR_WAITING, 9);
    pipeline.beginBurst();
    backend.rings.control().set(JAVA_INT, RingLayout.CTL_NR_WAITING, 1);
    assertEquals(9, pipeline.nrWaiting());
  }

  @Test
  void whoHoldsOnToATaskOrTheDispatcherAfterTheEndTouchesNoMemoryThatIsGone() {
    TaskView task;
    Pipeline closed;
    FakeBackend gone;
    try (Arena arena = Arena.ofConfined()) {
      gone = new FakeBackend(arena, 3, SLOTS, DECISIONS);
      closed = new Pipeline(gone.rings, Machines.ofCpus(3, 1), pid -> {});
      gone.enqueue(0, 10);
      closed.beginBurst();
      task = closed.dequeue();
      assertEquals(10, task.pid());
      assertTrue(dispatch(closed, task));
      closed.close();
    }
    assertEquals(0, task.pid());
    assertEquals("", task.comm());
    assertEquals(0, closed.room());
    assertFalse(dispatch(closed, task));
    assertNull(closed.dequeue());
  }

  @Test
  void memoryOnTheHeapIsRefused() {
    MemorySegment heap = MemorySegment.ofArray(new long[64]);
    TaskView view = new TaskView();
    assertThrows(IllegalArgumentException.class, () -> view.wrap(heap, 0));
  }

  @Test
  void oneBurstIsNotGivenTheSameIdleCpuTwice() {
    backend.rings.idleCpus().set(JAVA_LONG, 0, 0b101);
    backend.enqueue(0, 10);
    for (int burst = 0; burst < 2; burst++) {
      pipeline.beginBurst();
      TaskView task = burst == 0 ? pipeline.dequeue() : new TaskView().wrap(backend.queued(), 128);
      assertEquals(0, pipeline.selectIdleCpu(task));
      assertEquals(2, pipeline.selectIdleCpu(task));
      assertEquals(-1, pipeline.selectIdleCpu(task));
    }
  }
}
