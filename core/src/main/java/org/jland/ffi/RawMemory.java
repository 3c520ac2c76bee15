// SPDX-License-Identifier: Apache-2.0
package org.jland.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Native memory by its address, for what the scheduler thread reads and writes for each task.
 *
 * <p>An access to a {@link MemorySegment} that the JIT does not know as a constant loads and checks
 * its class, its bounds, its alignment and whether it was closed, ten instructions and more; here
 * the segment is a constant that spans all memory, and one or two are left. Nothing is checked in
 * turn: a wrong address ends the JVM, and so does memory that is gone. So a class that uses this
 * computes addresses from a base and masked indices only, holds on to the segment that it got the
 * base from, and belongs to the one thread that ends before that is closed.
 */
@SuppressWarnings("restricted") // that is what this class is for
public final class RawMemory {

  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();

  private RawMemory() {}

  /**
   * Returns the address of native memory.
   *
   * @param memory native, aligned to 8 bytes
   * @throws IllegalArgumentException if it is on the heap, or not aligned
   */
  public static long address(MemorySegment memory) {
    if (!memory.isNative() || (memory.address() & 7) != 0) {
      throw new IllegalArgumentException("no aligned native memory: " + memory);
    }
    return memory.address();
  }

  /** Reads 8 bytes. */
  public static long getLong(long address) {
    return ALL.get(JAVA_LONG_UNALIGNED, address);
  }

  /** Reads 4 bytes. */
  public static int getInt(long address) {
    return ALL.get(JAVA_INT_UNALIGNED, address);
  }

  /** Writes 8 bytes. */
  public static void putLong(long address, long value) {
    ALL.set(JAVA_LONG_UNALIGNED, address, value);
  }

  /** Writes 4 bytes. */
  public static void putInt(long address, int value) {
    ALL.set(JAVA_INT_UNALIGNED, address, value);
  }

  /** Reads 8 aligned bytes before all later accesses. */
  public static long getLongAcquire(long address) {
    return (long) LONG.getAcquire(ALL, address);
  }

  /** Reads 4 aligned bytes before all later accesses. */
  public static int getIntAcquire(long address) {
    return (int) INT.getAcquire(ALL, address);
  }

  /** Writes 8 aligned bytes after all earlier accesses. */
  public static void putLongRelease(long address, long value) {
    LONG.setRelease(ALL, address, value);
  }

  /** Writes 4 aligned bytes, some time. */
  public static void putIntOpaque(long address, int value) {
    INT.setOpaque(ALL, address, value);
  }
}
