// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How long a scheduler takes from its start to the attach, and what memory it has then. One CPU,
 * instruction time: all that its JVM does adds up, and the compiler's threads have no CPU of their
 * own.
 */
@Tag("instructions")
@Tag("one-cpu")
class StartVmTest {
  private static final int STARTS = 3;

  /** See docs/adr/0036-start.md for what is in it. */
  private static final double MAX_S = 7;

  private static final int MAX_MIB = 160;
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void schedulerIsAttachedSoonAndIsSmall() throws IOException {
    guest.attachAsShipped("scx_jland").stop(); // the first one reads the JVM from the disk
    double[] seconds = new double[STARTS];
    int mib = 0;
    for (int i = 0; i < STARTS; i++) {
      long start = System.nanoTime();
      Scheduler scheduler = guest.attachAsShipped("scx_jland");
      seconds[i] = (System.nanoTime() - start) / 1e9;
      mib = Math.max(mib, residentMib(scheduler.program().pid()));
      scheduler.stop();
    }
    System.out.printf(
        "measured: start to attach, s: %s; resident, MiB: %d%n", Arrays.toString(seconds), mib);
    Arrays.sort(seconds);
    assertTrue(seconds[STARTS / 2] <= MAX_S, Arrays.toString(seconds));
    assertTrue(mib <= MAX_MIB, mib + " MiB");
  }

  private static int residentMib(long pid) throws IOException {
    Matcher matcher =
        RESIDENT.matcher(Files.readString(Path.of("/proc", String.valueOf(pid), "status")));
    assertTrue(matcher.find());
    return Integer.parseInt(matcher.group(1)) >> 10;
  }
}
