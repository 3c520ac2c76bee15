// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Locks the process's memory so that the scheduler never waits for a page. Thread-safe. */
public final class LockedMemory {
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final Path BALANCING = Path.of("/proc/sys/kernel/numa_balancing");

  /** {@code RLIM_INFINITY}. */
  public static final long UNLIMITED = -1L;

  /**
   * RLIMIT_MEMLOCK in bytes.
   *
   * @param softBytes what holds now, or {@link #UNLIMITED}
   * @param hardBytes what it may be raised to without privilege, or {@link #UNLIMITED}
   */
  public record Limit(long softBytes, long hardBytes) {
    /** Whether this many bytes may be locked under the soft limit. */
    public boolean allows(long bytes) {
      return softBytes == UNLIMITED || Long.compareUnsigned(bytes, softBytes) <= 0;
    }
  }

  private LockedMemory() {}

  /**
   * Keeps the kernel's NUMA balancing away from all that is mapped now: where it is on, the kernel
   * unmaps pages now and then to see which node touches them, locked ones too, and each such touch
   * is a page fault. Memory with a policy of its own is left alone. Nothing happens on a kernel
   * without it, and a refusal is no error: the page faults tell.
   */
  public static void keepOutOfNumaBalancing() {
    if (isNumaBalanced()) {
      MemoryRange.parse(maps()).forEach(LockedMemory::keepOutOfNumaBalancing);
    }
  }

  private static void keepOutOfNumaBalancing(MemoryRange range) {
    if (range.isBalanced()) {
      try {
        Libc.mbindLocal(range.start(), range.bytes());
      } catch (OsException e) {
        // The mapping has gone, or a container forbids the call.
      }
    }
  }

  /**
   * Puts the code that is mapped now into huge pages, where the kernel can do that with files. Else
   * it does so later, when another program runs the same file, and unmaps it here for that, locked
   * or not: a page fault for each huge page. What can't be done is no error.
   */
  static void collapseCode() {
    for (MemoryRange range : MemoryRange.parse(maps())) {
      if (range.isCode()) {
        try {
          Libc.madvise(range.start(), range.bytes(), Libc.MADV_COLLAPSE);
        } catch (OsException e) {
          // An older kernel, another file system, too small a file, or no huge page is free.
        }
      }
    }
  }

  private static boolean isNumaBalanced() {
    try {
      return !Files.readString(BALANCING).strip().equals("0");
    } catch (IOException e) {
      return false; // a kernel without it
    }
  }

  /**
   * Locks every page that the process uses, and every page it maps from now on, and keeps NUMA
   * balancing away from it. Left out are address space that is only reserved, and the JVM's file of
   * all classes.
   *
   * @return the bytes that were locked
   * @throws OsException ENOMEM if the limit is too low, EPERM if it is 0 (both only without
   *     CAP_IPC_LOCK)
   */
  public static long lockAll() {
    Libc.mlockall(Libc.MCL_FUTURE);
    boolean balanced = isNumaBalanced();
    long bytes = 0;
    for (MemoryRange range : MemoryRange.parse(maps())) {
      if (balanced) {
        keepOutOfNumaBalancing(range);
      }
      if (range.isNeeded()) {
        lock(range);
        bytes += range.bytes();
      }
    }
    return bytes;
  }

  /** A mapping may have gone since the list was read. */
  private static void lock(MemoryRange range) {
    try {
      Libc.mlock(range.start(), range.bytes());
    } catch (OsException e) {
      if (e.errno() != Errno.ENOMEM || stillMapped(range)) {
        throw e;
      }
    }
  }

  private static boolean stillMapped(MemoryRange range) {
    return MemoryRange.parse(maps()).contains(range);
  }

  private static List<String> maps() {
    try {
      return Files.readAllLines(MAPS);
    } catch (IOException e) {
      throw new UncheckedIOException(MAPS + " can't be read: is /proc mounted?", e);
    }
  }

  /** Undoes {@link #lockAll()}; nothing happens if nothing is locked. */
  public static void unlockAll() {
    Libc.munlockall();
  }

  /** Reads RLIMIT_MEMLOCK of this process. */
  public static Limit limit() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(Libc.RLIMIT);
      Libc.getrlimit(Libc.RLIMIT_MEMLOCK, limit);
      return new Limit(limit.get(JAVA_LONG, 0), limit.get(JAVA_LONG, 8));
    }
  }

  /**
   * Sets RLIMIT_MEMLOCK of this process.
   *
   * @throws OsException EPERM if the hard limit would rise without CAP_SYS_RESOURCE, EINVAL if soft
   *     is above hard
   */
  public static void setLimit(Limit wanted) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(Libc.RLIMIT);
      limit.set(JAVA_LONG, 0, wanted.softBytes());
      limit.set(JAVA_LONG, 8, wanted.hardBytes());
      Libc.setrlimit(Libc.RLIMIT_MEMLOCK, limit);
    }
  }
}
