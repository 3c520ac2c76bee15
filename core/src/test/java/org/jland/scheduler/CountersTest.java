// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CountersTest {

  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final int CPUS = 4;

  private final MemorySegment stats = Arena.ofAuto().allocate((CPUS + 1) * Counter.BLOCK_BYTES, 64);
  private final Counters counters = new Counters(stats, CPUS);

  private void add(int cpu, Counter counter, long n) {
    long at = cpu * Counter.BLOCK_BYTES + counter.offset();
    stats.set(JAVA_LONG, at, stats.get(JAVA_LONG, at) + n);
  }

  /** As stats_begin() and stats_end() in state.h do. */
  private void moveSeq(int cpu) {
    long at = cpu * Counter.BLOCK_BYTES;
    VarHandle.storeStoreFence();
    WORD.setRelease(stats, at, stats.get(JAVA_LONG, at) + 1);
    VarHandle.storeStoreFence();
  }

  @ParameterizedTest
  @EnumSource
  void aCounterIsSummedOverAllCpusThatExist(Counter counter) {
    for (int cpu = 0; cpu <= CPUS; cpu++) {
      add(cpu, counter, 1L << 8 * cpu);
    }
    CounterSnapshot snapshot = counters.snapshot();
    assertTrue(snapshot.isConsistent());
    for (Counter other : Counter.values()) {
      assertEquals(other == counter ? 0x01010101 : 0, snapshot.get(other), other.fieldName());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CPUS - 1})
  void whileABlockChangesThereIsNoConsistentCut(int cpu) {
    moveSeq(cpu);
    add(cpu, Counter.NR_QUEUED, 1);
    assertFalse(counters.snapshot().isConsistent());
    moveSeq(cpu);
    assertTrue(counters.snapshot().isConsistent());
  }

  @Test
  void aBlockOfACpuThatIsNotThereDoesNotMatter() {
    moveSeq(CPUS);
    assertTrue(counters.snapshot().isConsistent());
  }

  @Test
  void aSnapshotStaysAsItWas() {
    CounterSnapshot before = counters.snapshot();
    add(0, Counter.NR_KICKS, 1);
    assertEquals(0, before.get(Counter.NR_KICKS));
    assertEquals(1, counters.snapshot().get(Counter.NR_KICKS));
  }

  @Test
  void aCutThatIsCalledConsistentIsNeverTorn() throws InterruptedException {
    AtomicBoolean enough = new AtomicBoolean();
    Thread writer = Thread.ofPlatform().start(() -> scheduleTasks(enough));
    int consistent = 0;
    int inside = 0;
    for (int tries = 0; tries < 200_000 && writer.isAlive(); tries++) {
      CounterSnapshot cut = counters.snapshot();
      if (cut.isConsistent()) {
        assertTrue(cut.isConserved(), cut.conservation());
        assertTrue(cut.inCustody() == 0 || cut.inCustody() == 1, cut.conservation());
        consistent++;
        inside += (int) cut.inCustody();
      }
    }
    enough.set(true);
    writer.join();
    CounterSnapshot last = counters.snapshot();
    assertTrue(last.isConsistent() && last.isConserved(), last.conservation());
    assertEquals(0, last.inCustody());
    assertTrue(inside <= consistent);
  }

  /** One task after another: queued on a CPU, dispatched on the next, each time half way torn. */
  private void scheduleTasks(AtomicBoolean enough) {
    for (int i = 0; i < 5_000_000 && !enough.getPlain(); i++) {
      int from = i & (CPUS - 1);
      int to = i + 1 & (CPUS - 1);
      moveSeq(from);
      add(from, Counter.CUSTODY_IN, 1);
      VarHandle.storeStoreFence();
      add(from, Counter.NR_QUEUED, 1);
      moveSeq(from);
      moveSeq(to);
      add(to, Counter.CUSTODY_OUT, 1);
      VarHandle.storeStoreFence();
      add(to, (i & 7) == 0 ? Counter.NR_CUSTODY_CANCELS : Counter.NR_USER_DISPATCHES, 1);
      moveSeq(to);
    }
  }

  @Test
  void theConservationLineHasItsFourNumbers() {
    add(0, Counter.NR_QUEUED, 10);
    add(0, Counter.CUSTODY_IN, 10);
    add(1, Counter.CUSTODY_OUT, 7);
    add(1, Counter.NR_USER_DISPATCHES, 5);
    add(2, Counter.NR_CUSTODY_CANCELS, 2);
    CounterSnapshot snapshot = counters.snapshot();
    assertEquals("queued 10 = dispatched 5 + cancelled 2 + in custody 3", snapshot.conservation());
    assertTrue(snapshot.isConserved());
    assertEquals(3, snapshot.inCustody());
  }

  @Test
  void aLostTaskShowsInTheConservationLine() {
    add(0, Counter.NR_QUEUED, 10);
    add(0, Counter.CUSTODY_IN, 10);
    add(0, Counter.CUSTODY_OUT, 10);
    add(0, Counter.NR_USER_DISPATCHES, 9);
    CounterSnapshot snapshot = counters.snapshot();
    assertFalse(snapshot.isConserved());
    assertEquals(
        "queued 10 = dispatched 9 + cancelled 0 + in custody 0 DOES NOT HOLD",
        snapshot.conservation());
  }
}
