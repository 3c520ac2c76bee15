// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.HostileScheduler;
import org.jland.scheduler.HostileScheduler.Manner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The BPF side trusts nothing that user space writes. {@code ./jland test --fuzz-seconds N
 * --fuzz-seed N} asks for longer and for another one.
 */
@Tag("newest")
class FuzzVmTest {
  private static final long SEED = Long.getLong("jland.fuzz.seed");
  private static final int SECONDS = Integer.getInteger("jland.fuzz.seconds");
  private static final Duration PHASE = Duration.ofMillis(500);

  /** Of the last part of it nothing can be read from counters. */
  private static final int EVERYWHERE_PARTS = 4;

  /** Emulated by a busy machine; well below what the kernel's watchdog allows. */
  private static final Duration BOUND = Duration.ofMillis(2500);

  private static final Manner[] MANNERS = Manner.values();

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void whateverUserSpaceWritesNoTaskIsLostAndNobodyEvicted() throws IOException {
    System.out.println("measured: seed " + SEED + ", " + SECONDS + " s");
    Random random = new Random(SEED);
    int phases = (int) (SECONDS * 1000L / PHASE.toMillis());
    try (HostileScheduler scheduler = HostileScheduler.attach(SEED);
        FaultLoad load = FaultLoad.start(guest)) {
      for (int i = 0; i < phases; i++) {
        boolean everywhere = i >= phases - phases / EVERYWHERE_PARTS;
        Manner manner =
            everywhere ? Manner.GARBAGE_EVERYWHERE : MANNERS[random.nextInt(MANNERS.length)];
        if (!everywhere && manner == Manner.GARBAGE_EVERYWHERE) {
          manner = Manner.GARBAGE;
        }
        if (everywhere && i == phases - phases / EVERYWHERE_PARTS) {
          assertNothingLost(scheduler);
        }
        scheduler.be(manner);
        Wait.pause(PHASE);
        if (!Guest.state().equals("enabled")) {
          ExitReport exit = scheduler.end();
          fail(manner + ": " + exit.line() + "\n" + exit.framedDump());
        }
      }
      scheduler.be(Manner.GOOD);
      Duration latency = load.end();
      assertTrue(latency.compareTo(BOUND) <= 0, latency::toString);
      ExitReport exit = scheduler.end();
      assertEquals(ExitReport.UNREG, exit.kind(), exit::line);
    }
    guest.assertKernelLogClean();
  }

  private static void assertNothingLost(HostileScheduler scheduler) {
    scheduler.be(Manner.GOOD);
    // Tasks come and go: for a moment nobody is with user space.
    assertTrue(
        Wait.until(Guest.PATIENCE, () -> scheduler.inCustody() == 0),
        () -> scheduler.inCustody() + " tasks are lost in custody");
    System.out.println("measured: " + scheduler.summary());
  }
}
