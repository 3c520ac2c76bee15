// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The kernel's capabilities. They belong to a thread, not to a process: a new thread has those of
 * the one that makes it.
 */
public final class Capabilities {

  /** The ones that a scheduler may have to do with, and their bits. */
  public enum Capability {
    IPC_LOCK(14),
    SYS_ADMIN(21),
    PERFMON(38),
    BPF(39);

    private final long bit;

    Capability(int number) {
      this.bit = 1L << number;
    }
  }

  private static final Path TASKS = Path.of("/proc/self/task");
  private static final int VERSION_3 = 0x20080522;
  private static final int WORD_BYTES = 12;

  private Capabilities() {}

  /** Returns those of the named ones that the calling thread may use. */
  public static Set<Capability> permitted() {
    long bits = permittedBits();
    Set<Capability> found = EnumSet.noneOf(Capability.class);
    for (Capability capability : Capability.values()) {
      if ((bits & capability.bit) != 0) {
        found.add(capability);
      }
    }
    return found;
  }

  /**
   * Drops all others for good, of every thread of this process if {@code libpsx} is there and able
   * to, otherwise of the calling thread and of those that it will make.
   *
   * @param kept what stays, where it was there
   * @return the number of threads that have others still
   * @throws OsException if the kernel refuses, which it never should
   */
  public static long keepOnly(Set<Capability> kept) {
    long bits = 0;
    for (Capability capability : kept) {
      bits |= capability.bit;
    }
    bits &= permittedBits();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = header(arena);
      MemorySegment sets = arena.allocate(2 * WORD_BYTES, 4);
      for (int word = 0; word < 2; word++) {
        int half = (int) (bits >>> 32 * word);
        sets.set(JAVA_INT, word * WORD_BYTES, half); // effective
        sets.set(JAVA_INT, word * WORD_BYTES + 4, half); // permitted; inheritable stays 0
      }
      if (Psx.isThere()) {
        Psx.capset(header, sets);
      } else {
        Libc.capset(header, sets);
      }
    }
    return threadsWithMoreThan(bits);
  }

  private static long permittedBits() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sets = arena.allocate(2 * WORD_BYTES, 4);
      Libc.capget(header(arena), sets);
      long low = Integer.toUnsignedLong(sets.get(JAVA_INT, 4));
      return low | (long) sets.get(JAVA_INT, WORD_BYTES + 4) << 32;
    }
  }

  private static MemorySegment header(Arena arena) {
    MemorySegment header = arena.allocate(8, 4);
    header.set(JAVA_INT, 0, VERSION_3); // the thread number that follows is 0, the calling one
    return header;
  }

  private static long threadsWithMoreThan(long bits) {
    try (Stream<Path> threads = Files.list(TASKS)) {
      return threads.filter(thread -> (permittedOf(thread) & ~bits) != 0).count();
    } catch (IOException e) {
      throw new UncheckedIOException(TASKS + " can't be read: is /proc mounted?", e);
    }
  }

  private static long permittedOf(Path thread) {
    try (Stream<String> lines = Files.lines(thread.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("CapPrm:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .findFirst()
          .orElse(0);
    } catch (NoSuchFileException e) {
      return 0; // it has ended
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
