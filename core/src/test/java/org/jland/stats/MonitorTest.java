// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class MonitorTest {

  @TempDir Path dir;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final AtomicLong value = new AtomicLong();
  private final MetricsSource growing =
      into -> into[Metric.NR_USER_DISPATCHES.ordinal()] = value.addAndGet(1000);

  private Thread monitor(Path path) {
    Thread thread =
        Thread.ofPlatform()
            .start(
                new Monitor(
                        path,
                        Duration.ofMillis(5),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(log, true, StandardCharsets.UTF_8))
                    ::run);
    return thread;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  private long lines() {
    return out.toString(StandardCharsets.UTF_8).lines().count();
  }

  private static void end(Thread thread) throws InterruptedException {
    thread.interrupt();
    thread.join(5_000);
    assertFalse(thread.isAlive());
  }

  @Test
  void itWaitsForASchedulerAndFindsItAgainAfterARestart() throws Exception {
    Path path = dir.resolve("stats");
    Thread thread = monitor(path);
    await(() -> log.size() > 0);
    assertEquals(0, lines());
    try (StatsServer server = StatsServer.bind(path)) {
      server.start(growing);
      await(() -> lines() > 2);
    }
    long before = lines();
    value.set(0);
    try (StatsServer server = StatsServer.bind(path)) {
      server.start(growing);
      await(() -> lines() > before + 3);
    }
    end(thread);
    assertFalse(out.toString(StandardCharsets.UTF_8).contains("-"), "a counter went backwards");
  }

  @Test
  void aLineShowsWhatTheIntervalAdded() throws Exception {
    Path path = dir.resolve("stats");
    try (StatsServer server = StatsServer.bind(path)) {
      server.start(growing);
      Thread thread = monitor(path);
      await(() -> lines() > 25);
      end(thread);
    }
    String[] text = out.toString(StandardCharsets.UTF_8).split("\n");
    assertEquals(MetricsFormat.header(), text[0]);
    assertEquals(MetricsFormat.header(), text[21]);
    int end = text[0].indexOf("user") + "user".length();
    assertTrue(text[1].substring(0, end).endsWith(" 1000"), text[1]);
  }

  @Test
  void aReaderThatWentAwayEndsIt() throws Exception {
    Path path = dir.resolve("stats");
    PrintStream gone = new PrintStream(out);
    gone.close();
    try (StatsServer server = StatsServer.bind(path)) {
      server.start(growing);
      gone.println("x");
      new Monitor(path, Duration.ofMillis(5), gone, new PrintStream(log)).run();
    }
    assertEquals(0, lines());
  }

  @Test
  void theClientLeavesOutWhatItDoesNotKnow() throws Exception {
    String line =
        "{\"args\":{\"resp\":{\"nr_cpus\":4,\"zeta\":1,\"list\":[1,{\"nr_cpus\":9}],\"f\":1.5,"
            + "\"nr_running\":18446744073709551615}},\"errno\":0}";
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);

    Metrics metrics = StatsProtocol.parseMetrics(bytes, bytes.length);

    assertEquals(4, metrics.get(Metric.NR_CPUS));
    assertEquals(-1, metrics.get(Metric.NR_RUNNING));
  }

  @Test
  void aRefusalOfTheServerIsShown() {
    byte[] bytes = StatsProtocol.error(22, "not today");
    StatsException refusal =
        assertThrows(
            StatsException.class, () -> StatsProtocol.parseMetrics(bytes, bytes.length - 1));
    assertTrue(refusal.getMessage().contains("not today"));
  }

  @Test
  void headerAndLinesHaveTheSameColumns() {
    long[] values = new long[Metric.count()];
    java.util.Arrays.fill(values, 999_999);
    String line = MetricsFormat.line(Metrics.of(values));
    assertEquals(MetricsFormat.header().length(), line.length());
  }

  @Test
  void helpExplainsEveryMetricOfScxRustlandAndOurs() {
    String help = MetricsFormat.help();
    for (String name :
        "nr_cpus nr_running nr_queued nr_scheduled nr_page_faults nr_user_dispatches nr_kernel_dispatches nr_cancel_dispatches nr_bounce_dispatches nr_failed_dispatches nr_sched_congested nr_custody nr_heartbeats"
            .split(" ")) {
      assertTrue(help.contains("  " + name + " "), name);
    }
    assertEquals(Metric.count() + 1, help.lines().count());
  }

  @Test
  void conservationIsJudgedByItsNumbers() {
    long[] values = new long[Metric.count()];
    values[Metric.NR_TOTAL_QUEUED.ordinal()] = 10;
    values[Metric.NR_USER_DISPATCHES.ordinal()] = 7;
    values[Metric.NR_CUSTODY_CANCELS.ordinal()] = 1;
    values[Metric.NR_CUSTODY.ordinal()] = 2;
    assertEquals(
        "queued 10 = dispatched 7 + cancelled 1 + in custody 2", Metrics.of(values).conservation());
    values[Metric.NR_CUSTODY.ordinal()] = 1;
    assertFalse(Metrics.of(values).isConserved());
    assertTrue(Metrics.of(values).conservation().endsWith("DOES NOT HOLD"));
  }
}
