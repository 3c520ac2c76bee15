// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.jland.scheduler.CustodyStep;
import org.junit.jupiter.api.Test;

/** Two CPUs for 1000 ns: 2000 ns of CPU time. */
class AnalysisTest {

  private static Analysis analyse(TraceBuilder trace) {
    return Analysis.of(trace.build());
  }

  @Test
  void idleCpuIsAGapWhileATaskWaits() {
    Analysis analysis =
        analyse(
            new TraceBuilder()
                .preempt(100, 0, 1, 2) // 1 waits
                .sleep(100, 1, 3, 0) // CPU 1 idles
                .preempt(300, 1, 0, 1));
    assertEquals(200 / 2000.0, analysis.idleWhileRunnableShare());
    assertEquals(1, analysis.gaps().count());
    assertEquals(200, analysis.gaps().max());
    assertEquals(200, analysis.longestWaitNs());
  }

  @Test
  void taskThatMayNotRunThereMakesNoGap() {
    TraceBuilder trace =
        new TraceBuilder().task(1, 0).preempt(100, 0, 1, 2).sleep(100, 1, 3, 0).sleep(600, 0, 2, 1);
    assertEquals(0, analyse(trace).idleWhileRunnableShare());
    assertEquals(500, analyse(trace).longestWaitNs());
  }

  @Test
  void childMayRunWhereItsParentMay() {
    TraceBuilder trace =
        new TraceBuilder().task(1, 0).sleep(50, 1, 3, 0).fork(100, 0, 1, 9).sleep(300, 0, 1, 9);
    assertEquals(0, analyse(trace).idleWhileRunnableShare());
  }

  @Test
  void oneWaitingTaskAccountsForOneIdleCpu() {
    Analysis analysis =
        analyse(
            new TraceBuilder()
                .sleep(0, 0, 1, 0)
                .sleep(0, 1, 2, 0)
                .wake(500, 0, 0, 1)
                .preempt(601, 0, 0, 1));
    assertEquals(100 / 2000.0, analysis.idleWhileRunnableShare());
  }

  @Test
  void whoChoosesAmongFewCpusIsMatchedFirst() {
    Analysis analysis =
        analyse(
            new TraceBuilder()
                .task(1, 0, 1)
                .task(2, 0)
                .sleep(0, 0, 2, 0)
                .sleep(0, 1, 1, 0)
                .wake(499, 0, 0, 1)
                .wake(499, 0, 0, 2));
    assertEquals(2 * 500 / 2000.0, analysis.idleWhileRunnableShare());
    assertEquals(500, analysis.longestWaitNs(), "a wait that has no end counts too");
  }

  @Test
  void schedulersOwnThreadWaitsByDesign() {
    Analysis analysis =
        analyse(
            new TraceBuilder()
                .schedulerTid(7)
                .preempt(100, 0, 7, 0)
                .sleep(100, 1, 3, 0)
                .preempt(900, 0, 0, 7));
    assertEquals(0, analysis.idleWhileRunnableShare());
    assertEquals(0, analysis.longestWaitNs());
  }

  @Test
  void taskThatStarvesIsSeenThoughItHasNoEvent() {
    Analysis analysis = analyse(new TraceBuilder().task(4, true, 0, 1).sleep(500, 0, 1, 2));
    assertEquals(1000, analysis.longestWaitNs());
  }

  @Test
  void cpuWithoutAnyEventIdlesOnlyIfItIsKnownTo() {
    TraceBuilder trace = new TraceBuilder().preempt(500, 0, 1, 2);
    assertEquals(0, analyse(trace).idleWhileRunnableShare());
    assertEquals(0.5, analyse(trace.quietIdle(1)).idleWhileRunnableShare(), "2 waits, then 1");
  }

  @Test
  void wakeUpThatOvertakesItsTaskOnTheWayOffCountsFromTheRunQueue() {
    Analysis analysis =
        analyse(
            new TraceBuilder()
                .waking(100, 1, 8, 1) // 1 is about to sleep
                .sleep(110, 0, 1, 2)
                .wakeup(120, 0, 2, 1)
                .sleep(220, 0, 2, 1));
    assertEquals(110, analysis.longestWaitNs());
    assertEquals(120, analysis.wakeUpLatencies().get(WakePath.KERNEL).max());
  }

  @Test
  void wakeUpOfATaskThatRunsChangesNothing() {
    Analysis analysis =
        analyse(new TraceBuilder().wake(100, 1, 8, 1).sleep(500, 0, 1, 2).sleep(600, 0, 2, 0));
    assertEquals(500, analysis.longestWaitNs(), "2, which had waited from the beginning");
    assertEquals(Set.of(), analysis.wakeUpLatencies().keySet());
  }

  @Test
  void latencyIsToldByTheWayThatATaskTook() {
    Analysis analysis = analyse(threeWays());
    assertEquals(
        Set.of(WakePath.FAST, WakePath.HANDOFF, WakePath.USER_SPACE),
        analysis.wakeUpLatencies().keySet());
    assertEquals(40, analysis.wakeUpLatencies().get(WakePath.FAST).max());
    assertEquals(30, analysis.wakeUpLatencies().get(WakePath.HANDOFF).max());
    assertEquals(300, analysis.wakeUpLatencies().get(WakePath.USER_SPACE).max());
  }

  @Test
  void custodyIsTakenApartByTheRunsOfTheSchedulerThread() {
    CustodyTimes times = analyse(threeWays()).custody();
    assertEquals(150, times.custody().max());
    assertEquals(50, times.untilRead().max());
    assertEquals(60, times.deciding().max());
    assertEquals(40, times.untilInserted().max());
    assertEquals(1, times.burstSizes().count());
    assertEquals(1, times.burstSizes().max());
    assertEquals(3, times.maxHeld());
  }

  @Test
  void reportTellsGapsLatenciesCustodyAndTheWorstWaitsInWords() {
    String report = Report.of(analyse(threeWays()));
    assertTrue(report.contains("fast path             1     40 ns"), report);
    assertTrue(report.contains("user space            1    300 ns"), report);
    assertTrue(report.contains("1 bursts, decisions each: mean 1.0"), report);
    assertTrue(
        report.contains(
            "t3 3, at 0.000000 s: woken by t1 1; given to user space 1 ns later; the scheduler"
                + " thread got a CPU 50 ns later; it had decided 60 ns later; its decision, any"
                + " CPU, was carried out 40 ns later; CPU 1 ran it 147 ns later"),
        report);
  }

  @Test
  void whoIsPreemptedIsQueuedBeforeTheKernelTellsOfTheSwitch() {
    TraceBuilder trace =
        new TraceBuilder()
            .step(99, 0, CustodyStep.QUEUED, 1, 0)
            .preempt(100, 0, 1, 2)
            .step(150, 0, CustodyStep.INSERTED, 1, -1)
            .sleep(200, 0, 2, 1);
    String report = Report.of(analyse(trace));
    assertTrue(
        report.contains(
            "it had to leave its CPU; given to user space at once; its decision, any CPU, was"
                + " carried out 50 ns later; CPU 0 ran it 50 ns later"),
        report);
  }

  @Test
  void longestWaitsOfWokenTasksAreToldApartFromThoseOfTasksThatHadToLeaveTheirCpu() {
    TraceBuilder trace =
        new TraceBuilder()
            .wake(100, 1, 3, 4)
            .preempt(200, 0, 1, 2) // 1 waits, 2 did from the beginning
            .sleep(300, 1, 3, 4) // woken at 101
            .sleep(800, 0, 2, 1);
    Analysis analysis = analyse(trace);
    assertEquals(List.of(1, 2, 4), analysis.worst().stream().map(Wait::pid).toList());
    assertEquals(List.of(4), analysis.worstWakeUps().stream().map(Wait::pid).toList());
    String wakeUps = Report.of(analysis).split("tasks that were woken:")[1];
    assertTrue(wakeUps.startsWith("\n  1. 199 ns: ") && wakeUps.contains("woken by"), wakeUps);
  }

  @Test
  void lostEventsAreTheFirstThingThatAReportSays() {
    String report = Report.of(analyse(threeWays().lost(17)));
    assertTrue(report.lines().skip(1).findFirst().orElseThrow().startsWith("LOST: "), report);
    assertTrue(report.contains("17 events"), report);
  }

  @Test
  void timesHaveThreeDigitsAndAUnit() {
    assertEquals("0 ns", Report.time(0));
    assertEquals("999 ns", Report.time(999));
    assertEquals("1.23 us", Report.time(1_234));
    assertEquals("12.3 ms", Report.time(12_345_678));
    assertEquals("123 s", Report.time(123_456_789_012L));
  }

  /** Task 1 takes the fast path, 2 a hand-off, 3 goes through user space. */
  static TraceBuilder threeWays() {
    return new TraceBuilder()
        .task(1, 0, 1)
        .task(2, 0, 1)
        .task(3, 0, 1)
        .task(9, 0, 1)
        .schedulerTid(7)
        .waking(100, 1, 9, 1)
        .step(101, 1, CustodyStep.FAST, 1, 0)
        .wakeup(102, 1, 9, 1)
        .preempt(140, 0, 0, 1)
        .waking(200, 1, 9, 2)
        .step(201, 1, CustodyStep.HANDOFF, 2, 1)
        .wakeup(202, 1, 9, 2)
        .sleep(230, 1, 9, 2)
        .waking(300, 0, 1, 3)
        .step(303, 0, CustodyStep.QUEUED, 3, 1)
        .wakeup(302, 0, 9, 3)
        .step(353, 0, CustodyStep.SCHED_IN, 7, 0)
        .step(413, 0, CustodyStep.SCHED_OUT, 7, 3)
        .step(453, 1, CustodyStep.INSERTED, 3, -1)
        .sleep(600, 1, 2, 3);
  }
}
