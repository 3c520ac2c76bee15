// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jland.os.CollapseCode;
import org.jland.os.OsProcess;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Memory is short. */
@Tag("newest")
class MemoryVmTest {
  private static final Path CGROUP = Path.of("/sys/fs/cgroup/jland-small");
  private static final Path SWAP = Path.of("/root/jland-swap");
  private static final int NEVER = -1000;
  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern OOM_KILLS = Pattern.compile("(?m)^oom_kill (\\d+)");
  private static final Duration A_WHILE = Duration.ofSeconds(2);

  @RegisterExtension final Guest guest = new Guest();

  @Test
  void schedulerWhoseMachineIsShortOfMemoryHasNoPageFaultsAndIsNotKilled() throws IOException {
    guest.expectOutOfMemory();
    int before = OsProcess.oomScoreAdj();
    Scheduler scheduler = guest.attach("scx_jland");
    OsProcess.setOomScoreAdj(NEVER); // the tests themselves; children are told otherwise
    try {
      othersOfItsCgroupAreKilledFirst(scheduler);
      wholeMachineIsShort(scheduler);
      swapOn();
      wholeMachineIsShort(scheduler);
    } finally {
      OsProcess.setOomScoreAdj(before);
      Program off = guest.start("swapoff", SWAP.toString());
      off.mayFail(); // it may not be on yet
      off.await(Guest.PATIENCE);
    }
    scheduler.stop();
    assertEquals(0, scheduler.pageFaults(), scheduler::output);
  }

  /** Another JVM's start is enough, some seconds later: khugepaged does it then. */
  @Test
  void schedulersCodeStaysMappedWhenAnotherProgramOfItsFilesGetsHugePages() throws IOException {
    Scheduler scheduler = guest.attachAsShipped("scx_jland");
    String huge =
        guest.run(
            "java",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            "/payload/guest-tests/*:/opt/jland/lib/*",
            CollapseCode.class.getName());
    assertTrue(Long.parseLong(huge.strip()) > 0, huge);
    guest.run("hackbench", "-g", "1", "-l", "50");
    scheduler.stop();
    assertEquals(0, scheduler.pageFaults(), scheduler::output);
  }

  /** Each of them is smaller than the scheduler, two are too many, and they hold what they took. */
  private void othersOfItsCgroupAreKilledFirst(Scheduler scheduler) throws IOException {
    String pid = String.valueOf(scheduler.program().pid());
    long rss = number(RSS, Path.of("/proc", pid, "status"));
    Files.writeString(Path.of("/sys/fs/cgroup/cgroup.subtree_control"), "+memory");
    Files.createDirectory(CGROUP);
    try {
      Files.writeString(CGROUP.resolve("memory.max"), rss * 2 + "K");
      Files.writeString(CGROUP.resolve("memory.swap.max"), "0");
      Files.writeString(CGROUP.resolve("cgroup.procs"), pid);
      String script =
          ("echo $$ >%s; for i in 1 2 3 4; do"
                  + " (head -c %dK /dev/zero; exec sleep inf) | tail -n 1 >/dev/null & done; wait")
              .formatted(CGROUP.resolve("cgroup.procs"), rss * 7 / 10);
      Program hogs = guest.start("choom", "-n", "0", "--", "sh", "-c", script);
      hogs.mayFail();
      Path events = CGROUP.resolve("memory.events");
      Wait.until(Guest.PATIENCE, () -> kills(events) > 0);
      hogs.signalGroup("KILL");
      hogs.await(Guest.PATIENCE);
      long kills = kills(events);
      System.out.printf("measured: scheduler of %d MiB, %d others killed%n", rss >> 10, kills);
      assertTrue(kills > 0, "memory was not short");
      assertTrue(scheduler.isAttached(), scheduler::output);
    } finally {
      Files.writeString(Path.of("/sys/fs/cgroup/cgroup.procs"), pid);
      Wait.until(A_WHILE, CGROUP.toFile()::delete);
    }
  }

  /** One takes all until it is killed. */
  private void wholeMachineIsShort(Scheduler scheduler) throws IOException {
    Program hog = guest.start("choom", "-n", "0", "--", "tail", "/dev/zero");
    hog.mayFail();
    assertTrue(hog.await(Guest.PATIENCE) != 0);
    Metrics metrics = scheduler.gauges();
    assertTrue(scheduler.isAttached(), scheduler::output);
    assertEquals(0, metrics.get(Metric.NR_PAGE_FAULTS), metrics::toString);
  }

  private void swapOn() throws IOException {
    guest.run("fallocate", "-l", "128M", SWAP.toString());
    Files.setPosixFilePermissions(SWAP, PosixFilePermissions.fromString("rw-------"));
    guest.run("mkswap", SWAP.toString());
    guest.run("swapon", SWAP.toString());
  }

  private static long kills(Path events) {
    try {
      return number(OOM_KILLS, events);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long number(Pattern pattern, Path file) throws IOException {
    String text = Files.readString(file);
    Matcher matcher = pattern.matcher(text);
    assertTrue(matcher.find(), text);
    return Long.parseLong(matcher.group(1));
  }
}
