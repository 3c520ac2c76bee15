// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitReportTest {

  private static ExitReport report(int kind, long code) {
    return new ExitReport(kind, code, "reason", "msg", "");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 64, 65, 66})
  void unregistrationIsNormal(int kind) {
    assertTrue(report(kind, 0).isNormal());
  }

  @ParameterizedTest
  @ValueSource(ints = {67, 68, 1024, 1025, 1026})
  void everythingElseIsAnEviction(int kind) {
    assertFalse(report(kind, 0).isNormal());
  }

  @ParameterizedTest
  @CsvSource({
    "65, 281474976710656, true",
    "66, 281479271677952, true",
    "66, 4294967296, false",
    "64, 281474976710656, false",
    "1024, 281474976710656, false",
    "66, 0, false",
  })
  void onlyTheKernelOrTheBpfSideCanAskForARestart(int kind, long code, boolean restart) {
    assertEquals(restart, report(kind, code).wantsRestart());
  }

  @Test
  void theLineHasReasonAndMessage() {
    assertEquals("EXIT: reason (msg)", report(64, 0).line());
    assertEquals("EXIT: reason", new ExitReport(64, 0, "reason", "", "").line());
    assertEquals("EXIT: kind 1026", new ExitReport(1026, 0, null, null, null).line());
    assertEquals("EXIT: a (b c)", new ExitReport(64, 0, "a\n", "b\nc", "").line());
  }

  @Test
  void aTasksNameDoesNotSteerTheTerminal() {
    ExitReport report =
        new ExitReport(1026, 0, "stall", "\u001b]2;x\u0007[7] failed", "\u009b2J\tR\n  b\r");
    assertEquals("EXIT: stall (?]2;x?[7] failed)", report.line());
    assertEquals("?2J\tR\n  b", report.dump());
  }

  @Test
  void aDumpIsFramedAndNoDumpIsNothing() {
    assertEquals("", report(1024, 0).framedDump());
    String framed = new ExitReport(1024, 0, "", "", "CPU 0\n").framedDump();
    assertEquals(4, framed.lines().count());
    assertTrue(framed.contains("\nCPU 0\n"));
  }

  @Test
  void theOpsNameHasOnlyWhatTheKernelTakes() {
    String name = SchedulerConfig.defaults("scx_my-sched").opsName();
    assertTrue(name.matches("my_sched_[A-Za-z0-9_.]+"), name);
    String longName = SchedulerConfig.defaults("x".repeat(300)).opsName();
    assertEquals(127, longName.length());
  }
}
