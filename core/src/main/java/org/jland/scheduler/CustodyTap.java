// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jland.bpf.BpfException;
import org.jland.bpf.KernelMap;
import org.jland.intf.RingLayout;
import org.jland.intf.TraceLayout;
import org.jland.os.SharedMapping;
import org.jland.os.SharedMapping.Access;

/**
 * Records what the BPF side of a jland scheduler does, in whichever process that runs.
 *
 * <p>The scheduler's maps are found by name; a ring buffer is put into the slot that it keeps for
 * tracers, and the switch is set. While it records, nothing runs in this process. Takes root. One
 * owner thread.
 */
public final class CustodyTap implements AutoCloseable {
  /** {@code BPF_RINGBUF_HDR_SZ}, {@code BUSY} and {@code DISCARD}: part of the kernel's UAPI. */
  private static final int HEADER_BYTES = 8;

  private static final int DISCARDED = 3 << 30;
  private static final long PAGE = 4096;

  private final KernelMap ctlMap;
  private final KernelMap sink;
  private final KernelMap ring;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment ctl;
  private final MemorySegment memory;
  private final MemorySegment slot = arena.allocateFrom(JAVA_INT, 0);
  private boolean closed;

  private CustodyTap(KernelMap ctlMap, KernelMap sink, KernelMap ring) {
    this.ctlMap = ctlMap;
    this.sink = sink;
    this.ring = ring;
    ctl = SharedMapping.map(ctlMap.map().fd(), PAGE, Access.READ_WRITE, arena);
    long bytes = 2 * PAGE + 2L * ring.map().maxEntries();
    memory = SharedMapping.map(ring.map().fd(), bytes, Access.READ_ONLY, arena);
    sink.map().update(slot, arena.allocateFrom(JAVA_INT, ring.map().fd()));
    ctl.set(JAVA_LONG, TraceLayout.CTL_NR_LOST, 0);
  }

  /**
   * Finds the jland scheduler that runs and prepares a recording.
   *
   * @param bytes room for records of 32 bytes each, rounded up to a power of 2
   * @return empty if no jland scheduler runs here
   * @throws BpfException if it is of a version that can't be traced, or memory is short
   */
  public static Optional<CustodyTap> open(long bytes) {
    List<KernelMap> controls = KernelMap.named(TraceLayout.CTL_MAP);
    List<KernelMap> sinks = KernelMap.named(TraceLayout.SINK_MAP);
    KernelMap ring = null;
    CustodyTap tap = null;
    try {
      if (controls.isEmpty() || sinks.isEmpty()) {
        return Optional.empty();
      }
      long rounded = Math.max(Long.highestOneBit(2 * Math.max(bytes, PAGE) - 1), PAGE);
      ring = KernelMap.ringBuffer("jland_trace", Math.toIntExact(Math.min(rounded, 1 << 30)));
      // The newest: an older one can only be on its way out, as one scheduler at a time attaches.
      tap = new CustodyTap(controls.removeLast(), sinks.removeLast(), ring);
      return Optional.of(tap);
    } finally {
      controls.forEach(KernelMap::close);
      sinks.forEach(KernelMap::close);
      if (tap == null && ring != null) {
        ring.close();
      }
    }
  }

  /** The thread that schedules, 0 if it has not attached yet. */
  public int schedulerTid() {
    return ctl.get(JAVA_INT, TraceLayout.CTL_SCHED_TID);
  }

  /** Recording begins. */
  public void start() {
    ctl.set(JAVA_INT, TraceLayout.CTL_ON, 1);
  }

  /** Recording ends, unless the ring buffer was full before. */
  public void stop() {
    ctl.set(JAVA_INT, TraceLayout.CTL_ON, 0);
  }

  /**
   * How many records found no room. The first one ended the recording, so what came after it was
   * not counted.
   */
  public long lost() {
    return ctl.get(JAVA_LONG, TraceLayout.CTL_NR_LOST);
  }

  /** All that was recorded, in the order of the ring. Call it after {@link #stop()}. */
  public List<CustodyRecord> read() {
    List<CustodyRecord> records = new ArrayList<>();
    long size = ring.map().maxEntries();
    // Page 0 is the consumer's, page 1 the producer's; then the data, twice in a row.
    long end = memory.get(JAVA_LONG, PAGE);
    long position = 0;
    while (position < end) {
      long at = 2 * PAGE + (position & (size - 1));
      int header = memory.get(JAVA_INT, at);
      long length = header & ~DISCARDED;
      if ((header & DISCARDED) == 0 && length == TraceLayout.RECORD.byteSize()) {
        records.add(decode(memory, at + HEADER_BYTES));
      }
      position += (HEADER_BYTES + length + 7) & -8L;
    }
    return records;
  }

  /** Reads one {@code struct trace_record}. */
  static CustodyRecord decode(MemorySegment memory, long at) {
    long id = memory.get(JAVA_LONG, at + TraceLayout.ID);
    return new CustodyRecord(
        memory.get(JAVA_LONG, at + TraceLayout.TS),
        Short.toUnsignedInt(memory.get(JAVA_SHORT, at + TraceLayout.CPU)),
        CustodyStep.of(memory.get(JAVA_BYTE, at + TraceLayout.STEP)),
        (int) (id >>> RingLayout.GENERATION_BITS),
        id & (1L << RingLayout.GENERATION_BITS) - 1,
        memory.get(JAVA_INT, at + TraceLayout.TARGET),
        Byte.toUnsignedInt(memory.get(JAVA_BYTE, at + TraceLayout.FLAGS)));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    stop();
    try {
      sink.map().delete(slot);
    } finally {
      arena.close();
      ring.close();
      sink.close();
      ctlMap.close();
    }
  }
}
