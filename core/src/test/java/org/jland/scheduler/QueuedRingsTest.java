// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;
import org.jland.policy.TaskView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QueuedRingsTest {

  private static final int SLOTS = 16;

  private final FakeBackend backend = new FakeBackend(Arena.ofAuto(), 3, SLOTS, 16);

  private QueuedRings rings() {
    return new QueuedRings(backend.queued(), 3, SLOTS);
  }

  private int pid(QueuedRings rings, int ring, long position) {
    return TaskView.pid(
        backend.queued().get(JAVA_LONG, rings.slot(ring, position) + QueuedTaskLayout.ID));
  }

  @Test
  void recordsComeOutInTheirOrderOverManyLapsOfEveryRing() {
    QueuedRings rings = rings();
    Random random = new Random(1);
    for (int ring = 0; ring < 3; ring++) {
      Queue<Integer> written = new ArrayDeque<>();
      int pid = 1;
      while (pid < 100 * SLOTS) {
        for (int n = random.nextInt(SLOTS + 1); n > 0 && backend.enqueue(ring, pid); n--) {
          written.add(pid++);
        }
        long end = rings.tail(ring) + random.nextInt(written.size() + 1);
        for (long position = rings.tail(ring); position < end; position++) {
          assertEquals(written.remove(), pid(rings, ring, position));
        }
        assertTrue(end <= rings.headAcquire(ring));
        rings.releaseTail(ring, end);
        assertEquals(written.size(), backend.backlog(ring));
      }
    }
  }

  @Test
  void aFullRingTakesNothingUntilASlotIsGivenBack() {
    QueuedRings rings = rings();
    for (int i = 0; i < SLOTS; i++) {
      assertTrue(backend.enqueue(1, 100 + i));
    }
    assertFalse(backend.enqueue(1, 200));
    assertEquals(SLOTS, rings.headAcquire(1));
    assertEquals(100, pid(rings, 1, 0));
    rings.releaseTail(1, 1);
    assertTrue(backend.enqueue(1, 200));
    assertEquals(200, pid(rings, 1, SLOTS));
    assertEquals(115, pid(rings, 1, SLOTS - 1));
  }

  @Test
  void readingStartsWhereTheLastReaderStopped() {
    backend.age(2, 1_000_003);
    backend.enqueue(2, 42);
    QueuedRings rings = rings();
    assertEquals(1_000_003, rings.tail(2));
    assertEquals(1_000_004, rings.headAcquire(2));
    assertEquals(42, pid(rings, 2, 1_000_003));
  }

  @ParameterizedTest
  @ValueSource(longs = {100 + SLOTS + 1, 99, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void aHeadThatTheKernelCannotHaveWrittenIsAnErrorWithItsNumbers(long head) {
    backend.age(1, 100);
    QueuedRings rings = rings();
    backend.queued().set(JAVA_LONG, backend.base(1) + RingLayout.HEAD, head);
    String message =
        assertThrows(IllegalStateException.class, () -> rings.headAcquire(1)).getMessage();
    assertEquals("ring 1: head " + head + ", tail 100, slots 16", message);
  }

  @Test
  void aHeadOfExactlyOneLapIsAFullRing() {
    backend.age(0, 5);
    QueuedRings rings = rings();
    backend.queued().set(JAVA_LONG, backend.base(0) + RingLayout.HEAD, 5L + SLOTS);
    assertEquals(5 + SLOTS, rings.headAcquire(0));
  }

  @Test
  void theBacklogIsTheSumOfAllRings() {
    backend.enqueue(0, 1);
    backend.enqueue(2, 2);
    backend.enqueue(2, 3);
    assertEquals(3, QueuedRings.backlog(backend.queued(), 3, SLOTS));
    rings().releaseTail(2, 1);
    assertEquals(2, QueuedRings.backlog(backend.queued(), 3, SLOTS));
  }

  @Test
  void memoryThatDoesNotFitIsRefusedWithItsNumbers() {
    String odd =
        assertThrows(IllegalArgumentException.class, () -> new QueuedRings(backend.queued(), 3, 12))
            .getMessage();
    assertTrue(odd.contains("12 slots"), odd);
    String small =
        assertThrows(
                IllegalArgumentException.class, () -> new QueuedRings(backend.queued(), 4, SLOTS))
            .getMessage();
    assertTrue(small.contains("4 rings") && small.contains("16 slots"), small);
  }
}
