// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.jland.bpf.LoadedMap;
import org.jland.intf.RingLayout;
import org.jland.os.SharedMapping;
import org.jland.os.SharedMapping.Access;

/**
 * The variant that lost: writes BPF_MAP_TYPE_USER_RINGBUF in place. libbpf marks each sample busy
 * and stores the producer position twice a sample; a single producer need not, so this one stores
 * it once a burst. Its pages are those of {@link RingbufReader}.
 */
@SuppressWarnings("restricted") // SharedMapping begins at page 0, which user space may not write
final class UserRingbufWriter {
  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final long DATA = RingbufReader.PAGE; // behind the producer's page
  private static final int DECISION_BYTES = (int) RingLayout.DISPATCHED_TASK.byteSize();
  private static final long SAMPLE_BYTES = RingbufReader.HEADER_BYTES + DECISION_BYTES;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;

  private final MemorySegment consumer;
  private final MemorySegment ring;
  private final long size;
  private long position;
  private long seenConsumer;

  UserRingbufWriter(LoadedMap map, Arena arena) {
    size = map.maxEntries();
    consumer = SharedMapping.map(map.fd(), RingbufReader.PAGE, Access.READ_ONLY, arena);
    ring = mapFromSecondPage(map.fd(), DATA + 2 * size).reinterpret(arena, null);
  }

  /** Stays mapped until the process ends. */
  private static MemorySegment mapFromSecondPage(int fd, long bytes) {
    Linker linker = Linker.nativeLinker();
    MethodHandle mmap =
        linker.downcallHandle(
            linker.defaultLookup().find("mmap").orElseThrow(),
            FunctionDescriptor.of(
                JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    try {
      long address =
          (long)
              mmap.invokeExact(
                  MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_SHARED, fd, RingbufReader.PAGE);
      if (address == -1) {
        throw new IllegalStateException("mmap of the user ring buffer failed");
      }
      return MemorySegment.ofAddress(address).reinterpret(bytes);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes a decision behind the published ones; false if the ring is full. */
  boolean offer(long id, int cpu, long sliceNs, long vtime, long cookie, int flags) {
    if (position - seenConsumer > size - SAMPLE_BYTES) {
      seenConsumer = (long) WORD.getAcquire(consumer, 0L);
      if (position - seenConsumer > size - SAMPLE_BYTES) {
        return false;
      }
    }
    long header = DATA + (position & (size - 1));
    long base = header + RingbufReader.HEADER_BYTES;
    ring.set(JAVA_LONG, header, DECISION_BYTES);
    ring.set(JAVA_LONG, base + RingLayout.DISPATCHED_ID, id);
    ring.set(JAVA_LONG, base + RingLayout.DISPATCHED_SLICE_NS, sliceNs);
    ring.set(JAVA_LONG, base + RingLayout.DISPATCHED_VTIME, vtime);
    ring.set(JAVA_LONG, base + RingLayout.DISPATCHED_COOKIE, cookie);
    ring.set(JAVA_INT, base + RingLayout.DISPATCHED_CPU, cpu);
    ring.set(JAVA_INT, base + RingLayout.DISPATCHED_FLAGS, flags);
    position += SAMPLE_BYTES;
    return true;
  }

  /** Shows all written decisions to the kernel. */
  void publish() {
    WORD.setRelease(ring, 0L, position);
  }
}
