// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who computes gives way: soon, and to kernel threads too. */
@Tag("instructions")
class PreemptVmTest {
  private static final int ROUNDS = 20;

  /** {@code --preempt-used-us} less the time before the wake-up, and a tick, at 250 a second. */
  private static final long LATE_US = 4_000 + 4_000 + 1_000;

  /** A slice is 20 ms. */
  private static final long KERNEL_US = 5_000;

  /** Reading it makes a kernel thread on each CPU work, and waits for that. */
  private static final Path EVERY_CPU = Path.of("/proc/sys/vm/stat_refresh");

  private static final Pattern WAITS = Pattern.compile("median (\\d+) longest (\\d+)");

  @RegisterExtension final Guest guest = new Guest();

  /** It would wait for the end of the slice: nobody else wakes, and asks anew. */
  @Test
  void whoWakesWhenTheRunningTaskHasUsedLittleGetsItsCpuWhenItHasUsedEnough() throws IOException {
    String program = CPrograms.build(guest, "latewake");
    Scheduler scheduler = guest.attach("scx_jland");
    String output = guest.run(program, Integer.toString(ROUNDS));
    scheduler.stop();
    Matcher waits = WAITS.matcher(output);
    assertTrue(waits.find(), output);
    System.out.println("measured: waits in us: " + waits.group());
    assertTrue(Long.parseLong(waits.group(1)) <= LATE_US, output);
  }

  @Test
  void kernelThreadsDoNotWaitForSlicesOfWhoComputes() throws IOException {
    Program hogs = guest.start("stress-ng", "--cpu", "4", "--timeout", "3600");
    hogs.mayFail(); // ended before its time
    Scheduler scheduler = guest.attach("scx_jland");
    long[] us = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      Wait.pause(Duration.ofMillis(17));
      long start = System.nanoTime();
      Files.readAllBytes(EVERY_CPU);
      us[i] = (System.nanoTime() - start) / 1000;
    }
    assertTrue(hogs.isAlive(), hogs::output);
    scheduler.stop();
    Arrays.sort(us);
    System.out.println(
        "measured: both CPUs' kernel threads have worked after, in us: " + Arrays.toString(us));
    assertTrue(us[ROUNDS / 2] <= KERNEL_US, () -> Arrays.toString(us));
  }
}
