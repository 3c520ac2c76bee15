// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Real-time tasks that never sleep, for longer than the kernel's watchdog waits. What others get
 * meanwhile is the share of the kernel's DL server for sched_ext: 50 ms in a second, on each CPU.
 */
@Tag("instructions")
@Tag("newest")
class RealTimeVmTest {
  /** By then the kernel's watchdog would have evicted the scheduler. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Duration HOGS = TIMEOUT.plusMillis(1500);

  /** A period of the server, and its share. */
  private static final Duration SERVER = Duration.ofMillis(1050);

  /** All that wants a CPU goes through it: a turn of two CPUs' shares is not enough for all. */
  private static final Duration ALL_WAIT = Duration.ofMillis(2500);

  @RegisterExtension final Guest guest = new Guest();

  /** What was in that CPU's own queue waits for its server; the loop is not among it. */
  @Test
  void realTimeTaskOnOneCpuDelaysOnlyWhatWaitsForThatCpu() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    try (FaultLoad load = FaultLoad.start(guest)) {
      List<Program> hogs = hogs(1);
      Wait.pause(TIMEOUT);
      load.during("a real-time hog on all CPUs but one", () -> Wait.pause(SERVER))
          .assertAtMost(SERVER);
      await(hogs);
      Duration latency = load.end(scheduler);
      assertTrue(latency.compareTo(FaultLoad.BOUND) <= 0, latency::toString);
    }
    assertTrue(scheduler.isAttached(), scheduler::output);
    scheduler.stop();
  }

  @Test
  void realTimeTasksOnAllCpusEvictNobodyAndLoseNothing() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    try (FaultLoad load = FaultLoad.start(guest)) {
      load.during("real-time hogs on all CPUs", () -> await(hogs(0))).assertAtMost(ALL_WAIT);
      load.end(scheduler);
    }
    assertTrue(scheduler.isAttached(), scheduler::output);
    scheduler.stop();
  }

  /**
   * SCHED_FIFO on all CPUs from the given one on. They end by themselves: this process, a task like
   * others, would need minutes for it where they leave it a twentieth of a CPU.
   */
  private List<Program> hogs(int firstCpu) throws IOException {
    List<Program> hogs = new ArrayList<>();
    for (int cpu = firstCpu; cpu < Runtime.getRuntime().availableProcessors(); cpu++) {
      String command =
          "taskset -c %d chrt -f 60 timeout %.1f chrt -f 50 sh -c 'while :; do :; done'"
              .formatted(cpu, HOGS.toMillis() / 1e3);
      Program hog = guest.start("sh", "-c", command);
      hog.mayFail(); // timeout's status says that the time was over
      hogs.add(hog);
    }
    return hogs;
  }

  private static void await(List<Program> hogs) {
    for (Program hog : hogs) {
      hog.await(Guest.PATIENCE);
    }
  }
}
