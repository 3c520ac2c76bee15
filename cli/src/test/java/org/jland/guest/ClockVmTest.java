// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.jland.stats.Metric;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The wall clock is not ours. */
@Tag("instructions")
class ClockVmTest {
  private static final int JUMPS = 4;

  @RegisterExtension final Guest guest = new Guest();

  private int hours;

  @AfterEach
  void putTheClockBack() throws IOException {
    jump(-hours);
  }

  @Test
  void wallClockThatJumpsByHoursIsNotNoticed() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    try (FaultLoad load = FaultLoad.start(guest)) {
      load.during(
              "CLOCK_REALTIME set by hours",
              () -> {
                for (int i = 0; i < JUMPS; i++) {
                  jump(i % 2 == 0 ? 5 : -9);
                  Wait.pause(Duration.ofMillis(100));
                }
              })
          .assertAtMost(FaultLoad.BOUND);
      assertEquals(0, scheduler.gauges().get(Metric.NR_POLICY_FAULTS));
      load.end(scheduler);
    }
    assertTrue(scheduler.isAttached());
    scheduler.stop();
  }

  private void jump(int by) throws IOException {
    if (by != 0) {
      guest.run("date", "-s", (by > 0 ? "+" : "") + by + " hours");
      hours += by;
    }
  }
}
