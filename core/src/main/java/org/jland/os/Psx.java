// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.NoSuchElementException;
import org.jland.ffi.NativeCall;

/**
 * libpsx, which comes with libcap, and its only user: makes a system call on every thread of the
 * process, by a signal to each, as libc does for {@code setuid}. Since libcap 2.72 it finds threads
 * that it did not see being made, which a JVM's are. Start-up only.
 */
@SuppressWarnings("restricted") // calling foreign functions is what this class is for
final class Psx {
  private static final String LIBRARY = "libpsx.so.2";
  private static final NativeCall SYSCALL = find();

  private Psx() {}

  /** Returns whether the library is installed. */
  static boolean isThere() {
    return SYSCALL != null;
  }

  /**
   * Makes the call on all threads.
   *
   * @throws OsException if it failed on the calling one
   */
  static void capset(MemorySegment header, MemorySegment sets) {
    long number = SyscallFilter.Machine.host().capset;
    long result =
        SYSCALL.call(number, NativeCall.pointer(header), NativeCall.pointer(sets), 0).value();
    if (result != 0) {
      throw new OsException("capset of all threads", Errno.EPERM);
    }
  }

  private static NativeCall find() {
    try {
      MemorySegment function =
          SymbolLookup.libraryLookup(LIBRARY, Arena.global()).findOrThrow("psx_syscall3");
      return new NativeCall(function);
    } catch (IllegalArgumentException | NoSuchElementException e) {
      return null;
    }
  }
}
