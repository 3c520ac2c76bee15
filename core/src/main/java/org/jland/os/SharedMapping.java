// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Maps a file descriptor's memory, shared with the kernel or other processes. Thread-safe. */
public final class SharedMapping {
  /** What the mapping allows. */
  public enum Access {
    READ_ONLY(Libc.PROT_READ),
    READ_WRITE(Libc.PROT_READ | Libc.PROT_WRITE);

    private final int protection;

    Access(int protection) {
      this.protection = protection;
    }
  }

  private SharedMapping() {}

  /**
   * Maps a descriptor from offset 0. The mapping stays when the descriptor is closed, and ends with
   * the arena.
   *
   * @param fd an open descriptor
   * @param bytes length, above 0; the kernel rounds it up to whole pages
   * @param access what may be done with it; a store to a read-only mapping throws {@link
   *     IllegalArgumentException}, it does not crash
   * @param arena its lifetime, and which threads may use it
   * @return a segment of exactly {@code bytes}
   * @throws OsException EPERM if the descriptor can't be mapped so, ENOMEM if memory or the limit
   *     of locked memory is short
   */
  public static MemorySegment map(int fd, long bytes, Access access, Arena arena) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("mapping of " + bytes + " bytes");
    }
    MemorySegment mapping = Libc.mmapShared(fd, bytes, access.protection, arena);
    return access == Access.READ_ONLY ? mapping.asReadOnly() : mapping;
  }
}
