// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Why the rings are plain shared memory and not BPF's ring buffers: docs/adr/0020-rings.md. In
 * instruction time with one CPU 1 ns is 1 instruction, so the other CPU is off meanwhile.
 */
@Tag("instructions")
class RingCostVmTest {
  private static final Path SECOND_CPU = Path.of("/sys/devices/system/cpu/cpu1/online");
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final int[] BURSTS = {1, 4, 16, 64};

  @RegisterExtension final Guest guest = new Guest();

  /** ns for one: the median, and the least and the most. */
  private record Cost(double median, double least, double most) {
    @Override
    public String toString() {
      return String.format("%.0f (%.0f-%.0f)", median, least, most);
    }
  }

  @BeforeEach
  void leaveOneCpu() throws IOException {
    setSecondCpu("0");
  }

  @AfterEach
  void bringTheOtherCpuBack() throws IOException {
    setSecondCpu("1");
  }

  @Test
  void plainRingsCostLessThanBpfRingBuffers() throws IOException {
    Map<String, Cost> costs = measure();
    System.out.println("measured: instructions for one, median (least-most): plain, BPF's");
    print(costs, "kernel write", 0);
    for (int burst : BURSTS) {
      print(costs, "user read", burst);
    }
    for (int burst : BURSTS) {
      print(costs, "user write", burst);
      print(costs, "kernel drain", burst);
    }

    assertCheaper(costs, 0, "kernel write");
    for (int burst : BURSTS) {
      assertCheaper(costs, burst, "user read");
      assertCheaper(costs, burst, "kernel drain");
      // In Java alone BPF's is a little cheaper to write: what counts is the whole way.
      assertCheaper(costs, burst, "user write", "kernel drain");
    }
  }

  private static void print(Map<String, Cost> costs, String what, int burst) {
    Cost plain = costs.get(what + " plain:" + burst);
    Cost ringbuf = costs.get(what + " ringbuf:" + burst);
    String bursts = burst == 0 ? "" : ", bursts of " + burst;
    System.out.println("measured: " + what + bursts + ": " + plain + ", " + ringbuf);
  }

  private static void assertCheaper(Map<String, Cost> costs, int burst, String... steps) {
    double plain = 0;
    double ringbuf = 0;
    for (String step : steps) {
      plain += costs.get(step + " plain:" + burst).median();
      ringbuf += costs.get(step + " ringbuf:" + burst).median();
    }
    String what = String.join(" + ", steps) + " in bursts of " + burst;
    assertTrue(plain < ringbuf, what + ": plain " + plain + ", BPF's " + ringbuf);
  }

  /** With the JVM flags of a scheduler, and compiled before it goes on. */
  private Map<String, Cost> measure() throws IOException {
    String output =
        guest.run(
            PATIENCE,
            "java",
            "@/opt/jland/lib/jvm.options",
            "-Xbatch",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "org.jland.scheduler.RingCost");
    Map<String, Cost> costs = new HashMap<>();
    for (String line :
        output.lines().filter(line -> line.matches(".*:\\d+(:[-0-9.]+){3}")).toList()) {
      String[] parts = line.split(":");
      costs.put(
          parts[0] + ":" + parts[1],
          new Cost(
              Double.parseDouble(parts[2]),
              Double.parseDouble(parts[3]),
              Double.parseDouble(parts[4])));
    }
    return costs;
  }

  private static void setSecondCpu(String online) throws IOException {
    if (Files.exists(SECOND_CPU)) {
      Files.writeString(SECOND_CPU, online);
    }
  }
}
