// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageWorkloadsTest {
  /** As of stress-ng 0.18. */
  private static final String START =
      """
      stress-ng: metrc: [186] stressor       bogo ops real time  usr time  sys time   bogo ops/s
      stress-ng: metrc: [186] switch            78000      1.00      0.37      1.55     %s.00
      stress-ng: info:  [186] successful run completed in 1.01 secs
      """;

  @Test
  void switchesAreTheMeanOfAllStarts() throws WorkloadException {
    assertEquals(
        Map.of("ops", 25_000.0),
        MessageWorkloads.switches(START.formatted(22_000) + START.formatted(28_000), 2));
  }

  @Test
  void switchesOfFewerStartsOrOfOneThatFailedAreRefused() {
    String good = START.formatted(22_000);
    String failed = good.replace("successful", "unsuccessful");
    assertThrows(WorkloadException.class, () -> MessageWorkloads.switches(good, 2));
    assertThrows(WorkloadException.class, () -> MessageWorkloads.switches(good + failed, 2));
    assertThrows(WorkloadException.class, () -> MessageWorkloads.switches(failed, 1));
  }
}
