// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jland.intf.BypassLayout;

/**
 * What the safety net has done: the kernel side schedules by itself while user space is late.
 *
 * @param sinceNs when the bypass that lasts began, ns of {@code CLOCK_MONOTONIC}; 0 if none does
 * @param count how many there were, the one that lasts included
 * @param totalNs time in those that ended, ns
 * @param longestNs time in the longest of them, ns
 * @param nrScans how often the kernel side looked at all tasks for those that were kept too long
 */
public record Bypass(long sinceNs, long count, long totalNs, long longestNs, long nrScans) {

  /** None so far. */
  public static final Bypass NONE = new Bypass(0, 0, 0, 0, 0);

  private static final VarHandle WORD = JAVA_LONG.varHandle();

  /** Reads {@code struct bypass_state}. Partner of since: begin_bypass() and end_bypass(). */
  static Bypass read(MemorySegment memory) {
    return new Bypass(
        word(memory, BypassLayout.SINCE),
        word(memory, BypassLayout.NR_BYPASSES),
        word(memory, BypassLayout.TOTAL_NS),
        word(memory, BypassLayout.LONGEST_NS),
        word(memory, BypassLayout.NR_SCANS));
  }

  private static long word(MemorySegment memory, long offset) {
    return (long) WORD.getAcquire(memory, offset);
  }

  /**
   * Returns the time in all of them.
   *
   * @param nowNs ns of {@code CLOCK_MONOTONIC}, which {@link System#nanoTime} reads
   */
  public long totalNs(long nowNs) {
    return totalNs + (sinceNs == 0 ? 0 : Math.max(nowNs - sinceNs, 0));
  }
}
