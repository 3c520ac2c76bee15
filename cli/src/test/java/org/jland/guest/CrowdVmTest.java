// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More tasks than anybody should start: nobody is evicted, and no table keeps what is gone. */
@Tag("newest")
class CrowdVmTest {
  private static final Path PID_MAX = Path.of("/proc/sys/kernel/pid_max");
  private static final Path THREADS_MAX = Path.of("/proc/sys/kernel/threads-max");
  private static final Path PIDS = Path.of("/sys/fs/cgroup/jland-bomb");
  private static final int THREADS = 20_000;
  private static final String FEW_PIDS = "512";
  private static final String ENOUGH_PIDS = "32768";
  private static final int ROUNDS = 2;
  private static final String NEVER_ROUND = " anew 0 times";

  /** Emulated by a busy machine; well below what the kernel's watchdog allows. */
  private static final Duration BOUND = Duration.ofMillis(2500);

  /** What is freed is freed after a grace period. */
  private static final Duration CALM = Duration.ofSeconds(3);

  /** A task's storage in the BPF side takes some 300 bytes: of 20 000 nothing may stay. */
  private static final long SLACK_KIB = 3_000;

  @RegisterExtension final Guest guest = new Guest();

  private String crowd;

  @BeforeEach
  void compile() throws IOException {
    crowd = CPrograms.build(guest, "crowd");
    // By default it goes by the machine's memory, at an eighth for threads.
    Files.writeString(THREADS_MAX, String.valueOf(2 * THREADS));
  }

  @Test
  void crowdsComeAndGoAndLeaveNothingBehind() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");
    Left first = null;
    for (int round = 0; round < ROUNDS; round++) {
      // Load enough by themselves: beside another one a machine without KVM takes minutes to make
      // them.
      System.out.print(
          "measured: at once: " + guest.run(crowd, "threads", String.valueOf(THREADS)));
      try (FaultLoad load = FaultLoad.start(guest)) {
        crowds();
        Duration latency = load.end(scheduler);
        assertTrue(latency.compareTo(BOUND) <= 0, latency::toString);
      }
      if (first == null) {
        Wait.pause(CALM);
        first = Left.now(scheduler);
        System.out.println("measured: after the first round " + first);
      }
    }
    Left base = first;
    boolean gone =
        Wait.until(CALM.multipliedBy(5), () -> Left.now(scheduler).isNoMoreThan(base, SLACK_KIB));
    System.out.println("measured: after the last " + Left.now(scheduler));
    assertTrue(gone, () -> base + " -> " + Left.now(scheduler));
    assertTrue(scheduler.isAttached(), scheduler::output);
    scheduler.stop();
  }

  private void crowds() throws IOException {
    System.out.print("measured: short-lived: " + guest.run(crowd, "short", "2"));
    bomb();
    try {
      // Numbers come round: those that are free are given again at once.
      Files.writeString(PID_MAX, FEW_PIDS);
      String forks = NEVER_ROUND;
      for (int seconds = 2; forks.contains(NEVER_ROUND) && seconds < 50; seconds *= 4) {
        // A busy machine takes longer.
        forks = guest.run(crowd, "forks", String.valueOf(seconds));
        System.out.print("measured: few numbers: " + forks);
      }
      assertFalse(forks.contains(NEVER_ROUND), forks);
    } finally {
      Files.writeString(PID_MAX, ENOUGH_PIDS);
    }
  }

  /** Forks without end, where 500 tasks are allowed. */
  private void bomb() throws IOException {
    Files.writeString(Path.of("/sys/fs/cgroup/cgroup.subtree_control"), "+pids");
    Files.createDirectories(PIDS);
    Files.writeString(PIDS.resolve("pids.max"), "500");
    Program bomb =
        guest.start("sh", "-c", "echo $$ >" + PIDS + "/cgroup.procs; exec " + crowd + " bomb");
    bomb.mayFail();
    assertTrue(Wait.until(Guest.PATIENCE, () -> number(PIDS.resolve("pids.current")) >= 490));
    Wait.pause(Duration.ofSeconds(2));
    Files.writeString(PIDS.resolve("cgroup.kill"), "1");
    assertTrue(Wait.until(Guest.PATIENCE, () -> number(PIDS.resolve("pids.current")) == 0));
    Files.delete(PIDS);
  }

  private static long number(Path file) {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What grows with the number of tasks.
   *
   * @param slabKib the kernel's memory that it can't reclaim: the tasks' storage is there
   * @param residentKib the scheduler's own
   */
  private record Left(long slabKib, long residentKib) {
    static Left now(Scheduler scheduler) {
      return new Left(
          field(Path.of("/proc/meminfo"), "SUnreclaim"),
          field(Path.of("/proc/" + scheduler.program().pid() + "/status"), "VmRSS"));
    }

    private static long field(Path file, String name) {
      try {
        Matcher matcher = Pattern.compile(name + ":\\s+(\\d+) kB").matcher(Files.readString(file));
        if (!matcher.find()) {
          throw new IllegalStateException("no " + name + " in " + file);
        }
        return Long.parseLong(matcher.group(1));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean isNoMoreThan(Left other, long slackKib) {
      return slabKib <= other.slabKib + slackKib && residentKib <= other.residentKib + slackKib;
    }
  }
}
