// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Page faults of this process, or of one of its threads, since it started.
 *
 * <p>{@link #read()} takes one syscall and allocates nothing. One owner thread per instance. The
 * buffer lives as long as the arena given.
 */
public final class PageFaults {
  // struct rusage: two timevals, then longs; ru_minflt is the fifth of them, ru_majflt the sixth.
  private static final long RUSAGE_BYTES = 144;
  private static final long MINOR = 64;
  private static final long MAJOR = 72;

  private final int who;
  private final MemorySegment usage;
  private final long address;

  private PageFaults(int who, Arena arena) {
    this.who = who;
    usage = arena.allocate(RUSAGE_BYTES, Long.BYTES);
    address = usage.address();
  }

  /**
   * Counts those of all threads together.
   *
   * @param arena lifetime of its buffer
   */
  public static PageFaults ofProcess(Arena arena) {
    return new PageFaults(Libc.RUSAGE_SELF, arena);
  }

  /**
   * Counts those of the thread that calls {@link #read()}.
   *
   * @param arena lifetime of its buffer
   */
  public static PageFaults ofCallingThread(Arena arena) {
    return new PageFaults(Libc.RUSAGE_THREAD, arena);
  }

  /**
   * Asks the kernel.
   *
   * @return {@link #minor()} + {@link #major()}
   */
  public long read() {
    Libc.getrusage(who, address);
    return minor() + major();
  }

  /** Faults served without I/O, as of the last {@link #read()}. */
  public long minor() {
    return usage.get(JAVA_LONG, MINOR);
  }

  /** Faults that had to wait for I/O, as of the last {@link #read()}. */
  public long major() {
    return usage.get(JAVA_LONG, MAJOR);
  }
}
