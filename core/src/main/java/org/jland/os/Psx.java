// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;

/**
 * libpsx, which comes with libcap, and the only user of {@link Linker} for it: makes a system call
 * on every thread of the process, by a signal to each, as libc does for {@code setuid}. Since
 * libcap 2.72 it finds threads that it did not see being made, which a JVM's are. Start-up only.
 */
@SuppressWarnings("restricted") // calling foreign functions is what this class is for
final class Psx {
  private static final String LIBRARY = "libpsx.so.2";
  private static final MethodHandle SYSCALL = find();

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
    long result;
    try {
      result = (long) SYSCALL.invokeExact(number, header.address(), sets.address(), 0L);
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a downcall throws nothing
    }
    if (result != 0) {
      throw new OsException("capset of all threads", Errno.EPERM);
    }
  }

  private static MethodHandle find() {
    try {
      MemorySegment function =
          SymbolLookup.libraryLookup(LIBRARY, Arena.global()).findOrThrow("psx_syscall3");
      return Linker.nativeLinker()
          .downcallHandle(
              function,
              FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    } catch (IllegalArgumentException | NoSuchElementException e) {
      return null;
    }
  }
}
