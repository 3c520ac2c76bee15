// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jland.ffi.RawMemory.getLongAcquire;
import static org.jland.ffi.RawMemory.putInt;
import static org.jland.ffi.RawMemory.putLong;
import static org.jland.ffi.RawMemory.putLongRelease;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jland.ffi.RawMemory;
import org.jland.intf.RingLayout;

/**
 * The ring of decisions, written in place. The producer is the scheduler thread, which owns this
 * object; the consumer is the CPU that holds the drain lock in the kernel.
 */
final class DispatchedRing {

  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final long RECORD_BYTES = RingLayout.DISPATCHED_TASK.byteSize();

  /** What a closed ring looks at: nothing is in it, and nothing fits. */
  private static final long NOWHERE =
      RawMemory.address(Arena.global().allocate(RingLayout.SLOTS, 64));

  private final MemorySegment memory;
  private long base;
  private long slots;
  private long head;
  private long published;
  private long seenTail;

  /**
   * Writes a ring.
   *
   * @param memory the ring
   * @param slots its decisions, a power of 2
   */
  DispatchedRing(MemorySegment memory, int slots) {
    if (Integer.bitCount(slots) != 1 || memory.byteSize() < bytes(slots)) {
      throw new IllegalArgumentException(slots + " slots in " + memory.byteSize() + " bytes");
    }
    this.memory = memory;
    this.base = RawMemory.address(memory);
    this.slots = slots;
    this.head = (long) WORD.getAcquire(memory, RingLayout.HEAD);
    this.published = head;
    this.seenTail = (long) WORD.getAcquire(memory, RingLayout.TAIL);
    if (head - seenTail < 0 || head - seenTail > slots) {
      throw new RingException("decisions: tail " + seenTail + ", head " + head);
    }
  }

  /**
   * Returns the size of a ring.
   *
   * @param slots its decisions
   * @return bytes
   */
  static long bytes(int slots) {
    return RingLayout.SLOTS + slots * RECORD_BYTES;
  }

  /**
   * Returns how many decisions can be written, at least. Partner: drain_decisions() in jland.bpf.c.
   *
   * @param wanted the kernel's position is read only if fewer than this seem to be free
   * @throws RingException if that position is none that the kernel can have reached
   */
  int room(int wanted) {
    if (slots - (head - seenTail) < wanted) {
      seenTail = tailAcquire();
    }
    return (int) (slots - (head - seenTail));
  }

  /** Only what was published can have been taken, and never less than before. */
  private long tailAcquire() {
    long tail = getLongAcquire(base + RingLayout.TAIL);
    if (published - tail < 0 || tail - seenTail < 0) {
      throw new RingException(
          "decisions: tail " + tail + " after " + seenTail + ", head " + published);
    }
    return tail;
  }

  /**
   * Writes a decision behind the published ones.
   *
   * @return false if the ring is full
   */
  boolean offer(long id, int cpu, long sliceNs, long vtime, long cookie, int flags) {
    if (room(1) == 0) {
      return false;
    }
    long at = base + RingLayout.SLOTS + (head & (slots - 1)) * RECORD_BYTES;
    putLong(at + RingLayout.DISPATCHED_ID, id);
    putLong(at + RingLayout.DISPATCHED_SLICE_NS, sliceNs);
    putLong(at + RingLayout.DISPATCHED_VTIME, vtime);
    putLong(at + RingLayout.DISPATCHED_COOKIE, cookie);
    putInt(at + RingLayout.DISPATCHED_CPU, cpu);
    putInt(at + RingLayout.DISPATCHED_FLAGS, flags);
    head++;
    return true;
  }

  /**
   * Shows all written decisions to the kernel with one store. Partner: drain_decisions() in
   * jland.bpf.c.
   *
   * @return how many
   */
  int publish() {
    int n = (int) (head - published);
    if (n != 0) {
      putLongRelease(base + RingLayout.HEAD, head);
      published = head;
    }
    return n;
  }

  /** The memory may go: from now on there is no room. */
  void close() {
    base = NOWHERE;
    slots = 0;
    head = 0;
    published = 0;
    seenTail = 0;
  }

  /** Returns how many decisions the kernel has not taken yet. Any thread. */
  static long inFlight(MemorySegment memory) {
    long tail = (long) WORD.getAcquire(memory, RingLayout.TAIL);
    return (long) WORD.getAcquire(memory, RingLayout.HEAD) - tail;
  }
}
