// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jland.scheduler.Bypass;
import org.jland.scheduler.PolicyHealth;
import org.jland.stats.Metric;
import org.junit.jupiter.api.Test;

class LatenessWatchTest {
  private static final long MS = 1_000_000;
  private static final long START = 1_000_000 * MS;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final FakeRunningScheduler scheduler = new FakeRunningScheduler(new CountDownLatch(1));
  private final LatenessWatch watch =
      new LatenessWatch("scx_test", new PrintStream(bytes, true, StandardCharsets.UTF_8), 1);

  private List<String> lookAt(long ms) {
    bytes.reset();
    watch.look(scheduler, START + ms * MS);
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static Bypass ended(long count, long totalMs) {
    return new Bypass(0, count, totalMs * MS, totalMs * MS, 0);
  }

  @Test
  void nothingIsToldWhileNothingHappens() {
    assertEquals(List.of(), lookAt(0));
    assertEquals(List.of(), lookAt(500));
  }

  @Test
  void whileJavaIsLateItIsToldOnceWhereTheSchedulerThreadIs() {
    scheduler.bypass = new Bypass(START, 1, 0, 0, 3);

    assertEquals(List.of(), lookAt(100));
    List<String> told = lookAt(600);
    assertEquals(List.of(), lookAt(1_100));

    assertEquals(
        List.of(
            "scx_test: Java has been late for 600 ms, the kernel side schedules by itself."
                + " The scheduler thread of org.example.MyPolicy is here:",
            "\tat org.example.MyPolicy.enqueued(MyPolicy.java:42)"),
        told);
  }

  @Test
  void whenItIsBackThatIsToldWithTheTimeItTook() {
    scheduler.bypass = new Bypass(START, 1, 0, 0, 3);
    lookAt(600);
    scheduler.bypass = ended(1, 59_900);

    assertEquals(
        List.of(
            "scx_test: Java was late once, for 59900 ms; the kernel side scheduled by itself,"
                + " now Java does again"),
        lookAt(60_000));
    assertEquals(List.of(), lookAt(60_500));
  }

  @Test
  void manyShortOnesAreOneLineInTenSeconds() {
    scheduler.bypass = ended(1, 30);
    assertEquals(1, lookAt(0).size());
    scheduler.bypass = ended(2, 60);
    assertEquals(List.of(), lookAt(500));
    scheduler.bypass = ended(5, 150);

    List<String> told = lookAt(10_000);

    assertEquals(1, told.size());
    assertTrue(told.getFirst().contains("late 4 times, for 120 ms"), told.getFirst());
  }

  @Test
  void tasksThatThePolicyForgetsAreToldOfButNotThoseOfABypass() {
    scheduler.bypass = ended(1, 30);
    scheduler.counts.put(Metric.NR_BYPASSES, 1L);
    scheduler.counts.put(Metric.NR_RESCUES, 7L);
    assertEquals(1, lookAt(0).size());
    scheduler.counts.put(Metric.NR_RESCUES, 10L);

    List<String> told = lookAt(500);

    assertEquals(
        List.of(
            "scx_test: the policy org.example.MyPolicy has kept 3 tasks for too long:"
                + " the kernel side took them back"),
        told);
    scheduler.counts.put(Metric.NR_RESCUES, 11L);
    assertEquals(List.of(), lookAt(1_000));
    assertEquals(1, lookAt(10_500).size());
  }

  @Test
  void tasksLeftBehindAreToldOf() {
    scheduler.counts.put(Metric.NR_STARVED, 5L);

    assertEquals(
        List.of(
            "scx_test: the policy org.example.MyPolicy has left 5 tasks behind others for too long:"
                + " they were moved up"),
        lookAt(0));
    assertEquals(List.of(), lookAt(500));
  }

  @Test
  void decisionsThatCannotBeAreToldOf() {
    scheduler.counts.put(Metric.NR_FAILED_DISPATCHES, 5L);
    assertTrue(lookAt(0).getFirst().contains("5 decisions with a CPU or slice"));
  }

  @Test
  void staleDecisionsAreToldOfWhenTheyAreMany() {
    scheduler.counts.put(Metric.NR_USER_DISPATCHES, 1000L);
    scheduler.counts.put(Metric.NR_CANCEL_DISPATCHES, 199L);
    assertEquals(List.of(), lookAt(0));
    scheduler.counts.put(Metric.NR_CANCEL_DISPATCHES, 200L);
    assertTrue(lookAt(500).getFirst().contains("200 decisions on tasks"));
  }

  @Test
  void aPolicyThatIsGivenUpIsNamedOnceWithItsFirstFault() {
    scheduler.health =
        new PolicyHealth("org.example.MyPolicy", 100, new IllegalStateException("no"), true);

    List<String> told = lookAt(0);

    assertTrue(told.getFirst().contains("org.example.MyPolicy fails all the time (100 faults)"));
    assertTrue(told.get(1).contains("IllegalStateException: no"), told.get(1));
    assertEquals(List.of(), lookAt(500));
  }
}
