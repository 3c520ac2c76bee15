// SPDX-License-Identifier: Apache-2.0
package org.jland.intf;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/** {@code struct exit_record}: why the kernel let go of the scheduler. */
public final class ExitRecordLayout {

  /** Bytes of the kernel's text for the kind. */
  public static final int REASON_BYTES = 128;

  /** Bytes of what the kernel adds. */
  public static final int MSG_BYTES = 1024;

  /** The layout, named as in C. */
  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              JAVA_LONG.withName("exit_code"),
              JAVA_INT.withName("kind"),
              JAVA_INT.withName("pad0"),
              MemoryLayout.sequenceLayout(REASON_BYTES, JAVA_BYTE).withName("reason"),
              MemoryLayout.sequenceLayout(MSG_BYTES, JAVA_BYTE).withName("msg"))
          .withName("exit_record");

  /** Offset of {@code exit_code}. */
  public static final long EXIT_CODE = offset("exit_code");

  /** Offset of {@code kind}. */
  public static final long KIND = offset("kind");

  /** Offset of {@code reason}. */
  public static final long REASON = offset("reason");

  /** Offset of {@code msg}. */
  public static final long MSG = offset("msg");

  private ExitRecordLayout() {}

  private static long offset(String field) {
    return LAYOUT.byteOffset(groupElement(field));
  }
}
