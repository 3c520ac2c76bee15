// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jland.intf.RingLayout;
import org.jland.scheduler.FakeBackend.Decision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DispatchedRingTest {

  private static final int SLOTS = 8;

  private final FakeBackend backend = new FakeBackend(Arena.ofAuto(), 1, 8, SLOTS);
  private final DispatchedRing ring = new DispatchedRing(backend.rings.dispatched(), SLOTS);

  private static Decision numbered(long n) {
    return new Decision(n, (int) -n, n << 32 | 1, -n, ~n, (int) n & 1);
  }

  private boolean offer(long n) {
    Decision d = numbered(n);
    return ring.offer(d.id(), d.cpu(), d.sliceNs(), d.vtime(), d.cookie(), d.flags());
  }

  @Test
  void everyFieldArrivesInOrderOverManyLaps() {
    Random random = new Random(1);
    long written = 0;
    long read = 0;
    while (written < 100 * SLOTS) {
      for (int n = random.nextInt(SLOTS + 1); n > 0 && offer(written); n--) {
        written++;
      }
      ring.publish();
      int taken = random.nextInt((int) (written - read) + 1);
      for (int i = 0; i < taken; i++) {
        assertEquals(numbered(read), backend.decision(read));
        read++;
      }
      assertEquals(taken, backend.drain(taken));
    }
  }

  @Test
  void nothingIsPublicBeforeABurstIsPublished() {
    offer(1);
    offer(2);
    assertEquals(0, backend.published());
    assertEquals(2, ring.publish());
    assertEquals(2, backend.published());
  }

  @Test
  void anEmptyBurstPublishesNothing() {
    offer(1);
    ring.publish();
    backend.rings.dispatched().set(JAVA_LONG, RingLayout.HEAD, 77);
    assertEquals(0, ring.publish());
    assertEquals(77, backend.rings.dispatched().get(JAVA_LONG, RingLayout.HEAD));
  }

  @Test
  void aFullRingRefusesUntilTheKernelTakesOne() {
    for (int i = 0; i < SLOTS; i++) {
      assertEquals(SLOTS - i, ring.room(1));
      assertTrue(offer(i));
    }
    assertEquals(0, ring.room(1));
    assertFalse(offer(99));
    ring.publish();
    assertEquals(SLOTS, backend.published());
    backend.drain(1);
    assertEquals(1, ring.room(1));
    assertTrue(offer(100));
    assertFalse(offer(101));
    ring.publish();
    assertEquals(numbered(1), backend.decision(1));
    assertEquals(numbered(100), backend.decision(SLOTS));
  }

  @Test
  void theKernelsPositionIsReadWhenMoreIsWantedThanSeemsFree() {
    for (int i = 0; i < SLOTS - 1; i++) {
      offer(i);
    }
    ring.publish();
    backend.drain();
    assertEquals(1, ring.room(1), "no need to look");
    assertEquals(SLOTS, ring.room(2));
  }

  @Test
  void writingStartsWhereTheLastWriterStopped() {
    offer(1);
    ring.publish();
    DispatchedRing second = new DispatchedRing(backend.rings.dispatched(), SLOTS);
    assertEquals(SLOTS - 1, second.room(1));
    assertTrue(second.offer(5, -1, 0, 0, 0, 0));
    assertEquals(1, second.publish());
    assertEquals(5, backend.decision(1).id());
    assertEquals(2, backend.published());
  }

  @Test
  void memoryThatDoesNotFitIsRefusedWithItsNumbers() {
    for (int slots : new int[] {0, 6, 16}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new DispatchedRing(backend.rings.dispatched(), slots))
              .getMessage();
      assertTrue(message.startsWith(slots + " slots in "), message);
    }
  }
}
