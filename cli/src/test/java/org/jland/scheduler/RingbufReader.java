// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jland.bpf.LoadedMap;
import org.jland.os.SharedMapping;
import org.jland.os.SharedMapping.Access;
import org.jland.policy.TaskView;

/**
 * The variant that lost: reads BPF_MAP_TYPE_RINGBUF in place, with one store a burst.
 *
 * <pre>
 *        0               1 page          2 pages
 *        +---------------+---------------+------+-----+---
 *        | consumer      | producer      | data | the same data again
 *        +---------------+---------------+------+-----+---
 * </pre>
 */
final class RingbufReader {
  static final long PAGE = 4096;
  static final long HEADER_BYTES = 8;

  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final VarHandle HEADER = JAVA_INT.varHandle();
  private static final int DISCARDED = 1 << 30;
  private static final long DATA = 2 * PAGE;

  private final MemorySegment consumer;
  private final MemorySegment ring;
  private final long mask;
  private final TaskView view = new TaskView();
  private long position;

  RingbufReader(LoadedMap map, Arena arena) {
    consumer = SharedMapping.map(map.fd(), PAGE, Access.READ_WRITE, arena);
    ring = SharedMapping.map(map.fd(), DATA + 2L * map.maxEntries(), Access.READ_ONLY, arena);
    mask = map.maxEntries() - 1;
  }

  /** Reads a burst of at most {@code most} records; returns a sum over them. */
  long read(int most) {
    long producer = (long) WORD.getAcquire(ring, PAGE);
    long at = position;
    long sum = 0;
    for (int i = 0; i < most && at < producer; i++) {
      long record = DATA + (at & mask);
      int header = (int) HEADER.getAcquire(ring, record);
      if (header < 0) {
        break; // reserved, not yet submitted
      }
      if ((header & DISCARDED) == 0) {
        sum += RingCost.look(view.wrap(ring, record + HEADER_BYTES));
      }
      at += ((header & ~DISCARDED) + HEADER_BYTES + 7) & -8L;
    }
    position = at;
    WORD.setRelease(consumer, 0L, at);
    return sum;
  }
}
