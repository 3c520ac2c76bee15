// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jland.intf.BypassLayout;
import org.junit.jupiter.api.Test;

/** What the safety net says of itself. */
class BypassTest {

  @Test
  void whatIsReadIsWhatTheKernelSideWrote() {
    MemorySegment memory = Arena.ofAuto().allocate(64, 64);
    memory.set(JAVA_LONG, BypassLayout.SINCE, 11);
    memory.set(JAVA_LONG, BypassLayout.NR_BYPASSES, 22);
    memory.set(JAVA_LONG, BypassLayout.TOTAL_NS, 33);
    memory.set(JAVA_LONG, BypassLayout.LONGEST_NS, 44);
    memory.set(JAVA_LONG, BypassLayout.NR_SCANS, 55);
    assertEquals(new Bypass(11, 22, 33, 44, 55), Bypass.read(memory));
  }

  @Test
  void theTotalOfThoseThatEndedStands() {
    assertEquals(500, new Bypass(0, 3, 500, 300, 0).totalNs(10_000));
    assertEquals(0, Bypass.NONE.totalNs(10_000));
  }

  @Test
  void theOneThatLastsCountsUpToNow() {
    assertEquals(500 + 1_000, new Bypass(9_000, 4, 500, 300, 0).totalNs(10_000));
  }

  @Test
  void oneThatBeganAMomentAfterTheClockWasReadCountsNothing() {
    assertEquals(500, new Bypass(10_001, 4, 500, 300, 0).totalNs(10_000));
  }
}
