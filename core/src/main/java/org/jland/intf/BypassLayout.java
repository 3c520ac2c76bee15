// SPDX-License-Identifier: Apache-2.0
package org.jland.intf;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/** {@code struct bypass_state}: what the safety net did. Written by the BPF side only. */
public final class BypassLayout {

  /** The layout, named as in C. */
  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              JAVA_LONG.withName("since"),
              JAVA_LONG.withName("nr_bypasses"),
              JAVA_LONG.withName("total_ns"),
              JAVA_LONG.withName("longest_ns"),
              JAVA_LONG.withName("nr_scans"),
              MemoryLayout.sequenceLayout(3, JAVA_LONG).withName("pad0"))
          .withName("bypass_state");

  /** Offset of {@code since}. */
  public static final long SINCE = offset("since");

  /** Offset of {@code nr_bypasses}. */
  public static final long NR_BYPASSES = offset("nr_bypasses");

  /** Offset of {@code total_ns}. */
  public static final long TOTAL_NS = offset("total_ns");

  /** Offset of {@code longest_ns}. */
  public static final long LONGEST_NS = offset("longest_ns");

  /** Offset of {@code nr_scans}. */
  public static final long NR_SCANS = offset("nr_scans");

  private BypassLayout() {}

  private static long offset(String field) {
    return LAYOUT.byteOffset(groupElement(field));
  }
}
