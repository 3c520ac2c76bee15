// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.HostileScheduler;
import org.jland.scheduler.HostileScheduler.Manner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who misleads the BPF side keeps nobody waiting for long, not even on the only CPU. */
@Tag("instructions")
@Tag("one-cpu")
@Tag("newest")
class HostileVmTest {
  private static final Duration TIME = Duration.ofMillis(700);

  private static final Manner[] MANNERS = {
    Manner.HOLDS_ONE, Manner.NO_BURSTS, Manner.SILENT, Manner.SPINS, Manner.TWICE
  };

  /** Seven tasks of the load compute or fork; each may take a slice of 20 ms before it is ours. */
  private static final Duration BOUND = FaultLoad.BOUND.multipliedBy(2);

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void theOnlyCpuIsNotMonopolisedAndNobodyIsLost() throws IOException {
    try (HostileScheduler scheduler = HostileScheduler.attach(1);
        FaultLoad load = FaultLoad.start(guest)) {
      for (Manner manner : MANNERS) {
        load.during(
                "one CPU, " + manner,
                () -> {
                  scheduler.be(manner);
                  Wait.pause(TIME);
                  scheduler.be(Manner.GOOD);
                })
            .assertAtMost(BOUND);
      }
      load.end();
      assertTrue(
          Wait.until(Guest.PATIENCE, () -> scheduler.inCustody() == 0),
          () -> scheduler.inCustody() + " tasks are lost in custody");
      System.out.println("measured: " + scheduler.summary());
      ExitReport exit = scheduler.end();
      assertEquals(ExitReport.UNREG, exit.kind(), exit::line);
    }
  }
}
