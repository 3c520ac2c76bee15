// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A CPU comes and goes, under load: the scheduler starts again, with the object that is loaded.
 * Nobody waits for it, the kernel's own scheduler works meanwhile.
 */
@Tag("instructions")
class HotplugVmTest {
  private static final Path SECOND_CPU = Path.of("/sys/devices/system/cpu/cpu1/online");

  /** Seen: 480 to 760 ms. */
  private static final Duration BOUND = Duration.ofSeconds(1);

  private static final int TIMES = 4;

  @RegisterExtension final Guest guest = new Guest();

  @AfterEach
  void bringTheCpuBack() throws IOException {
    Files.writeString(SECOND_CPU, "1");
  }

  @Test
  void schedulerIsAttachedAgainAtOnceAndNobodyWaitedForIt() throws IOException {
    guest.expectEviction(); // the kernel's words for it: unregistered from the main kernel
    Scheduler scheduler = guest.attachAsShipped("scx_jland", "--verbose");
    try (FaultLoad load = FaultLoad.start(guest)) {
      long worst = 0;
      for (int i = 1; i <= TIMES; i++) {
        int times = i;
        long start = System.nanoTime();
        Files.writeString(SECOND_CPU, i % 2 == 0 ? "1" : "0");
        long changed = System.nanoTime();
        assertTrue(
            Wait.until(Guest.PATIENCE, () -> attachments(scheduler) > times), scheduler::output);
        long ns = System.nanoTime() - start;
        System.out.printf(
            "measured: CPU 1 %s in %.0f ms, attached again after %.0f ms%n",
            i % 2 == 0 ? "on" : "off", (changed - start) / 1e6, ns / 1e6);
        worst = Math.max(worst, ns);
      }
      Duration latency = load.end(scheduler);
      assertTrue(latency.compareTo(FaultLoad.BOUND) <= 0, latency::toString);
      long longest = worst;
      scheduler
          .output()
          .lines()
          .filter(line -> line.contains("loaded in"))
          .forEach(line -> System.out.println("measured: " + line));
      assertTrue(longest <= BOUND.toNanos(), () -> longest + " ns\n" + scheduler.output());
    }
    scheduler.stop();
  }

  private static long attachments(Scheduler scheduler) {
    return scheduler.output().lines().filter(line -> line.contains(" attached: ")).count();
  }
}
