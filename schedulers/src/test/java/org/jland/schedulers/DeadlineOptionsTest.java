// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jland.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class DeadlineOptionsTest {

  private static final SchedulerConfig CONFIG =
      new SchedulerConfig(
          "scx_jland", 7_000_000, 300_000, true, false, false, 0, false, 5000, 0, 100);

  private static DeadlinePolicy.Tuning tuning(SchedulerConfig config, String... args) {
    DeadlineOptions options = new DeadlineOptions();
    new CommandLine(options).parseArgs(args);
    return options.tuning(config);
  }

  @Test
  void withoutOptionsTheDefaultsHold() {
    assertEquals(DeadlinePolicyTest.TUNING, tuning(SchedulerConfig.defaults("scx_jland")));
  }

  @Test
  void everyOptionReachesThePolicy() {
    assertEquals(
        new DeadlinePolicy.Tuning(7_000_000, 300_000, 9_000_000, 11_000, 13_000, true, true),
        tuning(
            CONFIG, "--lag-bound-ms=9", "--preempt-used-us", "11", "--preempt-protect-us", "13"));
  }

  @Test
  void standingDecisionsCanBeTurnedOff() {
    assertTrue(tuning(CONFIG).standing());
    assertFalse(tuning(CONFIG, "--no-standing").standing());
  }

  @Test
  void preemptionCanBeTurnedOff() {
    DeadlinePolicy policy = new DeadlinePolicy(tuning(CONFIG, "--preempt-used-us=0"));
    assertEquals(0, policy.kernelRules().preemptUsedNs());
  }

  @ParameterizedTest
  @CsvSource({
    "--lag-bound-ms, 0, milliseconds from 1 to 10000",
    "--lag-bound-ms, 10001, milliseconds from 1 to 10000",
    "--lag-bound-ms, x, milliseconds from 1 to 10000",
    "--preempt-used-us, -1, microseconds from 0 to 1000000",
    "--preempt-used-us, 1000001, microseconds from 0 to 1000000",
    "--preempt-protect-us, 1.5, microseconds from 0 to 1000000",
    "--preempt-protect-us, 99999999999999999999, microseconds from 0 to 1000000",
  })
  void aBadValueIsRefusedWithItsRange(String option, String value, String range) {
    String message =
        assertThrows(ParameterException.class, () -> tuning(CONFIG, option + "=" + value))
            .getMessage();
    assertTrue(message.contains("'" + value + "' is no whole number of " + range), message);
  }
}
