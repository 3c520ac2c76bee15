// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jland.ffi.RawMemory.getLongAcquire;
import static org.jland.ffi.RawMemory.putLongRelease;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jland.ffi.RawMemory;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;

/**
 * The rings towards user space, one per CPU, read in place. The producers are the BPF callbacks of
 * each CPU, the one consumer is the scheduler thread, which owns this object. A head that the
 * kernel side can't have written is an error of the boundary and throws.
 */
final class QueuedRings {

  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final long RECORD_BYTES = QueuedTaskLayout.LAYOUT.byteSize();

  private final MemorySegment memory;
  private final long base;
  private final int nrRings;
  private final long ringBytes;
  private final long slots;
  private final long[] tails;

  /**
   * Reads rings that stand one after another.
   *
   * @param memory all rings
   * @param nrRings how many
   * @param slots records in each, a power of 2
   */
  QueuedRings(MemorySegment memory, int nrRings, int slots) {
    if (Integer.bitCount(slots) != 1 || memory.byteSize() < nrRings * bytes(slots)) {
      throw new IllegalArgumentException(
          nrRings + " rings of " + slots + " slots in " + memory.byteSize() + " bytes");
    }
    this.memory = memory;
    this.base = RawMemory.address(memory);
    this.nrRings = nrRings;
    this.slots = slots;
    this.ringBytes = bytes(slots);
    this.tails = new long[nrRings];
    for (int ring = 0; ring < nrRings; ring++) {
      tails[ring] = (long) WORD.getAcquire(memory, ring * ringBytes + RingLayout.TAIL);
    }
  }

  /**
   * Returns the size of a ring.
   *
   * @param slots its records
   * @return bytes
   */
  static long bytes(int slots) {
    return RingLayout.SLOTS + slots * RECORD_BYTES;
  }

  /** Returns the number of rings. */
  int nrRings() {
    return nrRings;
  }

  /** Returns the memory that {@link #slot} counts in. */
  MemorySegment memory() {
    return memory;
  }

  /** Returns the position of the first record that was not read. */
  long tail(int ring) {
    return tails[ring];
  }

  /** Returns the position behind the last record. Partner: publish_record() in custody.h. */
  long headAcquire(int ring) {
    long head = getLongAcquire(base + ring * ringBytes + RingLayout.HEAD);
    if (head - tails[ring] > slots || head < tails[ring]) {
      throw new RingException(
          "ring " + ring + ": head " + head + ", tail " + tails[ring] + ", slots " + slots);
    }
    return head;
  }

  /** Returns the offset of a record in {@link #memory}. */
  long slot(int ring, long position) {
    return ring * ringBytes + RingLayout.SLOTS + (position & (slots - 1)) * RECORD_BYTES;
  }

  /** Gives the slots below a position back. Partner: reserve_record() in custody.h. */
  void releaseTail(int ring, long position) {
    tails[ring] = position;
    putLongRelease(base + ring * ringBytes + RingLayout.TAIL, position);
  }

  /** Returns how many records wait in all rings. Any thread. */
  static long backlog(MemorySegment memory, int nrRings, int slots) {
    long sum = 0;
    for (int ring = 0; ring < nrRings; ring++) {
      long base = ring * bytes(slots);
      long tail = (long) WORD.getAcquire(memory, base + RingLayout.TAIL);
      sum += (long) WORD.getAcquire(memory, base + RingLayout.HEAD) - tail;
    }
    return sum;
  }
}
