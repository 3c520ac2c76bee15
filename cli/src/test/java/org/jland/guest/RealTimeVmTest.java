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

/** Real-time tasks that never sleep. */
@Tag("instructions")
class RealTimeVmTest {
  private static final Duration TIME = Duration.ofSeconds(3);

  /** The kernel's watchdog: by then it would have evicted the scheduler. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @RegisterExtension final Guest guest = new Guest();

  /** The same load under the kernel's own scheduler, to compare with. */
  @Test
  void hogsUnderTheKernelsOwnScheduler() throws IOException {
    try (FaultLoad load = FaultLoad.start(guest)) {
      hogs(load, "EEVDF, a real-time hog on all CPUs but one", 1).assertAtMost(TIMEOUT);
      hogs(load, "EEVDF, real-time hogs on all CPUs", 0).assertAtMost(TIMEOUT);
      load.end();
    }
  }

  /** Kernel threads that are bound to the taken CPU wait, whoever schedules; the loop is not. */
  @Test
  void tasksLeaveTheCpuThatARealTimeTaskTakes() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    try (FaultLoad load = FaultLoad.start(guest)) {
      hogs(load, "a real-time hog on all CPUs but one", 1).assertAtMost(TIMEOUT);
      Duration latency = load.end(scheduler);
      assertTrue(latency.compareTo(FaultLoad.BOUND) <= 0, latency::toString);
    }
    scheduler.stop();
  }

  @Test
  void realTimeTasksOnAllCpusEvictNobodyAndLoseNothing() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    try (FaultLoad load = FaultLoad.start(guest)) {
      hogs(load, "real-time hogs on all CPUs", 0).assertAtMost(TIMEOUT);
      load.end(scheduler);
    }
    assertTrue(scheduler.isAttached(), scheduler::output);
    scheduler.stop();
  }

  /** SCHED_FIFO on all CPUs from the given one on. */
  private FaultLoad.LongestWait hogs(FaultLoad load, String name, int firstCpu) throws IOException {
    return load.during(
        name,
        () -> {
          List<Program> hogs = new ArrayList<>();
          for (int cpu = firstCpu; cpu < Runtime.getRuntime().availableProcessors(); cpu++) {
            String loop = "while :; do :; done";
            Program hog =
                guest.start(
                    "taskset", "-c", String.valueOf(cpu), "chrt", "-f", "50", "sh", "-c", loop);
            hog.mayFail();
            hogs.add(hog);
          }
          Wait.pause(TIME);
          for (Program hog : hogs) {
            hog.signal("KILL");
          }
        });
  }
}
