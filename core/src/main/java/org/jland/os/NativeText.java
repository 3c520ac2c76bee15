// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.lang.foreign.MemorySegment;

/** Text that C code hands to a callback. Thread-safe. */
public final class NativeText {
  private NativeText() {}

  /**
   * Formats a printf-style message that a native library passed to an upcall.
   *
   * <p>{@code va_list} reaches a callee as a pointer on x86-64 (array type) and on arm64 (composite
   * of more than 16 bytes), so an upcall can take it as an address and hand it on once.
   *
   * @param format the format string
   * @param vaList the callback's {@code va_list}; used up by this call
   * @return the whole text, of any length
   */
  public static String format(MemorySegment format, MemorySegment vaList) {
    return Libc.vasprintf(format, vaList);
  }
}
