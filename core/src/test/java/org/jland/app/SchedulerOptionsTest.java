// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jland.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerOptionsTest extends AppFixture {

  @Test
  void withoutOptionsTheDefaultsOfScxRustlandHold() {
    assertEquals(0, run());

    SchedulerConfig expected =
        new SchedulerConfig(
            "scx_test", 20_000_000, 1_000_000, false, false, false, 0, false, 5000, 4, 100);
    assertEquals(List.of(expected), runner.configs);
    assertEquals(100, limits.lagBoundMs);
  }

  @Test
  void everyOptionReachesTheScheduler() {
    environment.put("SCX_TIMEOUT_MS", "30000");

    assertEquals(
        0,
        run(
            "-s",
            "5000",
            "-S",
            "500",
            "-l",
            "-n",
            "-p",
            "-v",
            "--exit-dump-len",
            "65536",
            "--stall-ms",
            "40",
            "--lag-bound-ms",
            "7"));

    SchedulerConfig expected =
        new SchedulerConfig(
            "scx_test", 5_000_000, 500_000, true, true, true, 65536, true, 30000, 4, 40);
    assertEquals(List.of(expected), runner.configs);
    assertEquals(7, limits.lagBoundMs);
  }

  @Test
  void longNamesMeanTheSame() {
    run(
        "--slice-us=5000",
        "--slice-us-min=500",
        "--percpu-local",
        "--numa-local",
        "--partial",
        "--verbose");

    SchedulerConfig expected =
        new SchedulerConfig(
            "scx_test", 5_000_000, 500_000, true, true, true, 0, true, 5000, 4, 100);
    assertEquals(List.of(expected), runner.configs);
  }

  @ParameterizedTest
  @CsvSource({
    "-s, 0",
    "-s, -5",
    "-s, 1000001",
    "-s, 99999999999999999999",
    "-s, abc",
    "-s, 1.5",
    "-S, 0",
    "-S, x",
    "--exit-dump-len, -1",
    "--exit-dump-len, 99999999999",
    "--stats, 0",
    "--stats, -1",
    "--stats, NaN",
    "--stats, abc",
    "--monitor, 1e9",
    "--monitor, Infinity",
    "--stall-ms, -1",
    "--stall-ms, 10001",
    "--lag-bound-ms, 0",
    "--lag-bound-ms, 10001",
  })
  void aBadValueIsRefusedInOneLineThatNamesTheRange(String option, String value) {
    assertEquals(SchedulerApp.USAGE, run(option, value));
    assertRefused(2, "'" + value + "' is no ");
    assertTrue(err().contains(" from "), err());
  }

  @Test
  void aValueThatIsMissingIsRefused() {
    assertEquals(SchedulerApp.USAGE, run("-s"));
    assertRefused(2, "--slice-us");
  }

  @Test
  void anUnknownOptionIsRefusedAndOneLikeItIsNamed() {
    assertEquals(SchedulerApp.USAGE, run("--slice-use"));
    assertRefused(2, "unknown argument --slice-use, perhaps --slice-us");
  }

  @Test
  void aStrayArgumentIsRefused() {
    assertEquals(SchedulerApp.USAGE, run("fast"));
    assertRefused(2, "unknown argument fast");
  }

  @Test
  void anOptionGivenTwiceIsRefused() {
    assertEquals(SchedulerApp.USAGE, run("-s", "5000", "-s", "6000"));
    assertRefused(2, "only once");
  }

  @Test
  void aMinimumAboveTheSliceIsRefusedWithTheFix() {
    assertEquals(SchedulerApp.USAGE, run("-s", "500", "-S", "501"));
    assertRefused(2, "--slice-us-min 501 is above --slice-us 500: lower it or raise --slice-us");
  }

  @Test
  void aShortSliceAloneLowersTheMinimum() {
    assertEquals(0, run("-s", "500"));
    assertEquals(500_000, runner.configs.getFirst().sliceMinNs());
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "0", "-1", "30001", "4294967296", "5s"})
  void anInvalidTimeoutIsRefused(String value) {
    environment.put("SCX_TIMEOUT_MS", value);
    assertEquals(SchedulerApp.USAGE, run());
    assertRefused(2, "SCX_TIMEOUT_MS");
  }

  @Test
  void anEmptyTimeoutIsNone() {
    environment.put("SCX_TIMEOUT_MS", "");
    assertEquals(0, run());
    assertEquals(5000, runner.configs.getFirst().timeoutMs());
  }

  @Test
  void helpAndVersionNeedNoMachine() throws IOException {
    Files.delete(sys.root().resolve("kernel/sched_ext/state"));
    assertEquals(0, run("--version"));
    assertTrue(out().startsWith("scx_test "), out());
    outBytes.reset();
    assertEquals(0, run("-h"));
    for (String option :
        "--slice-us --slice-us-min --percpu-local --numa-local --partial --exit-dump-len --verbose --stats --monitor --help-stats --version --help --lag-bound-ms SCX_TIMEOUT_MS"
            .split(" ")) {
      assertTrue(out().contains(option), option);
    }
    outBytes.reset();
    assertEquals(0, run("--help-stats"));
    assertTrue(out().contains("nr_bounce_dispatches"), out());
    assertEquals("", err());
  }

  @Test
  void aFileArgumentIsNotExpanded() {
    assertEquals(SchedulerApp.USAGE, run("@/etc/passwd"));
    assertRefused(2, "unknown argument @/etc/passwd");
    assertNull(runner.failure);
  }
}
