// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;
import org.jland.policy.TaskView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a machine of 320 CPUs: LLC 0 has 0 to 79, LLC 1 80 to 159, and so on. */
class IdleCpusTest {

  private final MemorySegment bitmap = Arena.ofAuto().allocate(RingLayout.MAX_CPUS / 8, 8);
  private final MemorySegment record = Arena.ofAuto().allocate(QueuedTaskLayout.LAYOUT);
  private final TaskView task = new TaskView().wrap(record, 0);
  private final IdleCpus idleCpus = new IdleCpus(bitmap, Machines.ofCpus(320, 4));

  private void idle(int... cpus) {
    bitmap.fill((byte) 0);
    for (int cpu : cpus) {
      long word = (cpu >>> 6) * 8L;
      bitmap.set(JAVA_LONG, word, bitmap.get(JAVA_LONG, word) | 1L << cpu);
    }
  }

  private void lastOn(int cpu) {
    record.set(JAVA_INT, QueuedTaskLayout.CPU, cpu);
  }

  private void allow(int... cpus) {
    record.set(JAVA_INT, QueuedTaskLayout.FLAGS, QueuedTaskLayout.FLAG_RESTRICTED);
    for (int cpu : cpus) {
      long word = QueuedTaskLayout.ALLOWED + (cpu >>> 6) * 8L;
      record.set(JAVA_LONG, word, record.get(JAVA_LONG, word) | 1L << cpu);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 63, 64, 200, 319})
  void theCpuThatATaskUsedLastComesFirst(int last) {
    idle(0, 1, 62, 63, 64, 65, 199, 200, 201, 318, 319);
    lastOn(last);
    assertEquals(last, idleCpus.select(task));
  }

  @Test
  void thenComesItsLlcAndThenAnyOther() {
    idle(3, 130, 300);
    lastOn(100);
    assertEquals(130, idleCpus.select(task));
    assertEquals(3, idleCpus.select(task));
    assertEquals(300, idleCpus.select(task));
    assertEquals(-1, idleCpus.select(task));
  }

  @Test
  void anLlcEndsWhereTheNextBegins() {
    idle(0, 79, 160);
    lastOn(80);
    assertEquals(0, idleCpus.select(task), "79 and 160 are no nearer than 0");
    idle(81, 79);
    lastOn(80);
    assertEquals(81, idleCpus.select(task));
  }

  @Test
  void noCpuIsGivenTwiceInABurstAndEachAgainInTheNext() {
    idle(5);
    lastOn(5);
    assertEquals(5, idleCpus.select(task));
    assertEquals(-1, idleCpus.select(task));
    idleCpus.reset();
    assertEquals(5, idleCpus.select(task));
  }

  @Test
  void aCpuThatStoppedIdlingIsNotGiven() {
    idle(5);
    idle();
    lastOn(5);
    assertEquals(-1, idleCpus.select(task));
  }

  @Test
  void aTaskGetsOnlyACpuThatItMayUse() {
    idle(100, 101, 7, 250);
    lastOn(100);
    allow(7, 70, 250);
    assertEquals(7, idleCpus.select(task));
    assertEquals(250, idleCpus.select(task));
    assertEquals(-1, idleCpus.select(task));
  }

  @Test
  void beyondTheMaskOfARecordTheKernelSideChecks() {
    idle(300);
    lastOn(0);
    allow(0);
    assertEquals(300, idleCpus.select(task));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 320, 1023, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aCpuNumberOutOfRangeFindsNothing(int cpu) {
    idle(0, 1, 2);
    lastOn(cpu);
    assertEquals(-1, idleCpus.select(task));
  }
}
