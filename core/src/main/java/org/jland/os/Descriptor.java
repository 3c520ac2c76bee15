// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A file opened so that a read without data returns instead of waiting, which {@code java.nio}
 * can't do. One owner thread.
 */
public final class Descriptor implements AutoCloseable {
  private final int fd;
  private boolean closed;

  private Descriptor(int fd) {
    this.fd = fd;
  }

  /**
   * Opens a file for reading, with O_NONBLOCK.
   *
   * @throws OsException with the path, if it can't be opened
   */
  public static Descriptor openNonBlocking(Path file) {
    return new Descriptor(Libc.open(file.toString(), Libc.O_NONBLOCK | Libc.O_CLOEXEC));
  }

  /**
   * Reads once.
   *
   * @param into native; gets at most its size
   * @return how many bytes came, 0 at the end or when there is no data now
   * @throws OsException if the read failed otherwise
   */
  public long read(MemorySegment into) {
    while (true) {
      try {
        return Libc.read(fd, into);
      } catch (OsException e) {
        if (e.errno() == Errno.EAGAIN) {
          return 0;
        }
        if (e.errno() != Errno.EINTR) {
          throw e;
        }
      }
    }
  }

  /** Closes a descriptor that native code gave; what the kernel says to it changes nothing. */
  public static void close(int fd) {
    Libc.close(fd);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Libc.close(fd);
    }
  }
}
