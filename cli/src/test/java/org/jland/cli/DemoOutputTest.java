// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoOutputTest {
  private static final String FRAMES =
      "frameloop on_time=%d frames=300 wakeups=250 worst_gap_us=45123"
          + " wake_p50_us=210 wake_p99_us=9800 wake_max_us=12345";

  private final List<String> phases = new ArrayList<>();
  private final DemoOutput output = new DemoOutput(phases::add);

  @Test
  void wholeRunIsRead() {
    feed(run(1005, 1000, 3, 4, "enabled", "disabled", 0));

    DemoResult result = output.result().orElseThrow();

    assertEquals(List.of("preparing", "eevdf", "attaching", "jland"), phases);
    assertEquals(97, result.eevdf().frames().onTime());
    assertEquals(21, result.eevdf().compileCpuMs());
    assertEquals(272, result.jland().frames().onTime());
    assertEquals(45123, result.jland().frames().worstGapUs());
    assertEquals(19, result.jland().compileCpuMs());
    assertEquals(9000, result.jland().switches());
    assertEquals(new Custody(1007, 1000, 3, 4, 250, 500), result.custody());
    assertTrue(result.holds());
    assertFalse(result.evicted());
  }

  @Test
  void tasksInCustodyAtTheFirstReadingAreQueuedToo() {
    feed(run(1000, 999, 0, 3, "enabled", "disabled", 0));

    assertEquals(
        "queued 1,002 = dispatched 999 + cancelled 0 + in custody 3",
        output.result().orElseThrow().custody().line());
  }

  @Test
  void lostTaskIsAFailure() {
    feed(run(1005, 999, 3, 4, "enabled", "disabled", 0));

    DemoResult result = output.result().orElseThrow();

    assertFalse(result.holds());
    assertFalse(result.evicted());
    assertTrue(result.custody().line().endsWith("DOES NOT HOLD"));
  }

  @Test
  void nothingQueuedProvesNothing() {
    assertFalse(new Custody(0, 0, 0, 0, 0, 9).holds());
  }

  @Test
  void evictionIsAFailure() {
    feed(run(1005, 1000, 3, 4, "disabled", "disabled", 1));
    assertTrue(output.result().orElseThrow().evicted());

    feed(run(1005, 1000, 3, 4, "enabled", "disabled", 1));
    assertTrue(output.result().orElseThrow().evicted());

    feed(run(1005, 1000, 3, 4, "enabled", "enabled", 0));
    assertTrue(output.result().orElseThrow().evicted());
  }

  @Test
  void evictedSchedulerNeedNotAnswerAnyMore() {
    feed(
        run(1005, 1000, 3, 4, "disabled", "disabled", 1).stream()
            .filter(line -> !line.startsWith("jland after"))
            .toList());

    DemoResult result = output.result().orElseThrow();

    assertTrue(result.evicted());
    assertFalse(result.holds());
    assertTrue(DemoScreen.of("machine", "load", 5, result).contains("EVICTED"));
  }

  @Test
  void unfinishedRunHasNoResult() {
    List<String> lines = run(1005, 1000, 3, 4, "enabled", "disabled", 0);
    feed(lines.subList(0, lines.size() - 1));

    assertTrue(output.result().isEmpty());
  }

  @Test
  void statsWithoutTheCountersAreRefused() {
    List<String> lines = run(1005, 1000, 3, 4, "enabled", "disabled", 0);
    feed(lines.stream().map(line -> line.replace("nr_custody", "nr_other")).toList());

    assertThrows(Failure.class, output::result);
  }

  @Test
  void screenShowsBothSidesAndTheRule() {
    feed(run(1005, 1000, 3, 4, "enabled", "disabled", 0));

    String screen = DemoScreen.of("machine", "load", 5, output.result().orElseThrow());

    assertTrue(screen.contains("97 of 300"), screen);
    assertTrue(screen.contains("272 of 300"), screen);
    assertTrue(screen.contains("45.1 ms"), screen);
    assertTrue(screen.contains("0.21 ms"), screen);
    assertTrue(screen.contains("queued 1,007 = dispatched 1,000 + cancelled 3 + in custody 4"));
    assertTrue(screen.contains("the default scheduler is back"));
    assertTrue(screen.lines().count() <= 24, "one screen");
    assertTrue(screen.lines().allMatch(line -> line.length() <= 90), screen);
  }

  @Test
  void frameLoopLineThatLacksANumberIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> FrameLoop.parse("frameloop on_time=1 frames=2"));
  }

  private void feed(List<String> lines) {
    lines.forEach(output);
  }

  private static List<String> run(
      int queued, int dispatched, int cancelled, int custody, String during, String after, int st) {
    return List.of(
        "phase preparing",
        "phase eevdf",
        "eevdf " + String.format(FRAMES, 97),
        "eevdf load cpu_ms=21 switches=8000",
        "phase attaching",
        "phase jland",
        "jland before {\"errno\":0,\"args\":{\"resp\":{\"nr_total_queued\":0,\"nr_custody\":2}}}",
        "jland " + String.format(FRAMES, 272),
        "jland after {\"errno\":0,\"args\":{\"resp\":{\"nr_total_queued\":"
            + queued
            + ",\"nr_custody\":"
            + custody
            + ",\"nr_user_dispatches\":"
            + dispatched
            + ",\"nr_custody_cancels\":"
            + cancelled
            + ",\"nr_standing\":250"
            + ",\"nr_kernel_dispatches\":500}}}",
        "jland load cpu_ms=19 switches=9000",
        "jland end state=" + during,
        "jland exit status=" + st + " state=" + after);
  }
}
