// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The scheduler's process, or only its thread, does not run for a while. */
@Tag("instructions")
class StoppedVmTest {
  private static final Duration BACK = Duration.ofMillis(200);

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void stoppedSchedulerKeepsNobodyWaitingAndComesBackAtOnce() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    try (FaultLoad load = FaultLoad.start(guest)) {
      load.during(
              "SIGSTOP for 2 s",
              () -> {
                scheduler.program().signal("STOP");
                Wait.pause(Duration.ofSeconds(2));
                scheduler.program().signal("CONT");
              })
          .assertAtMost(FaultLoad.BOUND);
      load.end(scheduler);
    }
    scheduler.stop();
  }
}
