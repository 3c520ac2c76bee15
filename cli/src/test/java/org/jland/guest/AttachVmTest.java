// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jland.bpf.SchedExt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Coming and going. */
class AttachVmTest {
  private static final long BUSY_START_FACTOR = 8;

  @RegisterExtension final Guest guest = new Guest();

  @ParameterizedTest
  @ValueSource(strings = {"scx_jland", "scx_jlfifo"})
  void detachGivesBackTheDefaultScheduler(String name) throws IOException {
    Scheduler scheduler = guest.attach(name);
    String ops = SchedExt.host().attachedOps().orElse("");
    assertTrue(ops.startsWith(name.replace("scx_", "")), ops);

    guest.run("stress-ng", "--fork", "2", "--cpu", "2", "--timeout", "3");
    scheduler.stop();

    assertEquals("disabled", Guest.state());
    assertTrue(Files.notExists(Scheduler.SOCKET));
    assertTrue(scheduler.output().contains("EXIT: "), scheduler::output);
  }

  @Test
  @Tag("newest")
  void interruptEndsItLikeTerminate() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");

    scheduler.program().signal("INT");

    assertEquals(0, scheduler.awaitEnd(), scheduler::output);
    assertEquals("disabled", Guest.state());
  }

  @Test
  void secondSchedulerIsRefusedAndTheFirstGoesOn() throws IOException {
    Scheduler first = guest.attach("scx_jland");

    Scheduler second = guest.startScheduler("scx_jlfifo", Map.of());

    assertNotEquals(0, second.awaitEnd());
    assertEquals(1, second.output().strip().lines().count(), second::output);
    assertTrue(second.output().contains("jland"), second::output);
    assertTrue(first.isAttached());
    first.stop();
  }

  @Test
  @Tag("newest")
  void killedSchedulerLeavesTheDefaultSchedulerAndTheNextOneStarts() throws IOException {
    Scheduler killed = guest.attach("scx_jland");

    killed.program().signal("KILL");
    killed.awaitEnd();
    assertTrue(Wait.until(Guest.PATIENCE, () -> Guest.state().equals("disabled")));

    guest.attach("scx_jland").stop();
  }

  /** Its share alone of this machine is a small part of a CPU: a soak gave up after 240 s. */
  @Test
  @Tag("newest")
  void startsSoonOnABusyMachine() throws IOException {
    startAndStopMs(); // reads it from the disk
    long quietMs = startAndStopMs();
    for (String[] load :
        new String[][] {
          {"stress-ng", "--affinity", "2", "--timeout", "3600"}, // 32 tasks
          {"stress-ng", "--vm", "2", "--vm-bytes", "96m", "--timeout", "3600"},
          {"stress-ng", "--switch", "2", "--timeout", "3600"},
          {"stress-ng", "--cpu", "4", "--timeout", "3600"}
        }) {
      guest.start(load).mayFail(); // they are ended before their time
    }
    Wait.pause(Duration.ofSeconds(3));

    long busyMs = startAndStopMs();

    String measured = busyMs + " ms beside 40 busy tasks, alone " + quietMs + " ms";
    System.out.println("measured: attached in " + measured);
    assertTrue(busyMs < BUSY_START_FACTOR * quietMs, measured);
  }

  private long startAndStopMs() throws IOException {
    long start = System.nanoTime();
    Scheduler scheduler = guest.attachAsShipped("scx_jland");
    long tookMs = (System.nanoTime() - start) / 1_000_000;
    scheduler.stop();
    return tookMs;
  }

  @Test
  @Tag("newest")
  void aCpuThatGoesOrComesRestartsIt() throws IOException {
    guest.expectEviction(); // the kernel's words for it: unregistered from the main kernel
    Path online = Path.of("/sys/devices/system/cpu/cpu1/online");
    Scheduler scheduler = guest.attach("scx_jland");
    try {
      Files.writeString(online, "0");
      awaitAttachments(scheduler, 2);
      assertTrue(scheduler.output().contains("CPU hotplug, starting again"), scheduler::output);
    } finally {
      Files.writeString(online, "1");
    }
    awaitAttachments(scheduler, 3);
    scheduler.stop();
  }

  private static void awaitAttachments(Scheduler scheduler, int times) {
    assertTrue(
        Wait.until(
            Guest.PATIENCE,
            () ->
                scheduler.output().lines().filter(l -> l.contains(" attached: ")).count() >= times
                    && scheduler.isAttached()),
        scheduler::output);
  }
}
