// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jland.scheduler.AttachedAgain;
import org.jland.scheduler.ExitReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A loaded object is attached again, without being loaded again. */
@Tag("core")
class ReattachVmTest {
  private static final Duration EACH = Duration.ofSeconds(2);

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void objectThatIsAttachedAgainIsAsFreshlyLoadedAndSchedules() throws IOException {
    try (FaultLoad _ = FaultLoad.start(guest)) {
      AttachedAgain twice = AttachedAgain.run(EACH);

      assertEquals(ExitReport.UNREG, twice.first().kind(), () -> twice.first().line());
      for (String map : Set.of(".bss", ".bss.private", "queued", "dispatched")) {
        assertTrue(twice.used().contains(map), () -> map + " was not used: " + twice.used());
      }
      assertEquals(Set.of(), twice.changed());
      assertEquals(ExitReport.UNREG, twice.second().kind(), () -> twice.second().line());
      assertTrue(twice.bursts() > 0);
      assertEquals(0, twice.conservation());
    }
    guest.assertKernelLogClean();
  }
}
