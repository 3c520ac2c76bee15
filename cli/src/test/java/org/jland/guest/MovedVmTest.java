// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static java.nio.channels.FileChannel.MapMode.READ_WRITE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tasks that are moved, stopped and frozen by others, and CPUs that come and go. */
@Tag("newest")
class MovedVmTest {
  private static final Path CGROUP = Path.of("/sys/fs/cgroup");
  private static final Path ONE = CGROUP.resolve("jland-one");
  private static final Path TWO = CGROUP.resolve("jland-two");
  private static final Path SECOND_CPU = Path.of("/sys/devices/system/cpu/cpu1/online");

  /** Of moved.c: its first long is odd while this test changes the workers' cgroups. */
  private static final Path COUNTS = Path.of("/tmp/jland-moved");

  private static final VarHandle GROUP_CHANGES =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(100);

  @RegisterExtension final Guest guest = new Guest();

  @BeforeEach
  void makeGroups() throws IOException {
    Files.writeString(CGROUP.resolve("cgroup.subtree_control"), "+cpuset");
    Files.createDirectories(ONE);
    Files.createDirectories(TWO);
  }

  @AfterEach
  void removeGroups() throws IOException {
    Files.writeString(SECOND_CPU, "1");
    for (Path group : new Path[] {ONE, TWO}) {
      Files.writeString(group.resolve("cgroup.kill"), "1");
      Wait.until(Guest.PATIENCE, () -> isEmpty(group));
      Files.delete(group);
    }
  }

  @Test
  void movedTasksNeverRunOnAWrongCpu() throws IOException {
    String moved = CPrograms.build(guest, "moved");
    Scheduler scheduler = guest.attach("scx_jland");
    Program workers =
        guest.start("sh", "-c", "echo $$ >" + ONE + "/cgroup.procs; exec " + moved + " 12");
    Program others =
        guest.start("stress-ng", "--cpu", "2", "--switch", "1", "--fork", "1", "--timeout", "3600");
    others.mayFail(); // it is ended before its time
    int changes = changeGroups(workers);
    assertEquals(0, workers.await(Guest.PATIENCE), workers::output);
    System.out.println(
        "measured: " + workers.output().strip() + ", " + changes + " changes of their cgroups");
    assertTrue(scheduler.isAttached(), scheduler::output);
    scheduler.stop();
  }

  /** CPU sets, frozen and thawed, from group to group, until the workers have ended. */
  private static int changeGroups(Program workers) throws IOException {
    MappedByteBuffer counts = mapCounts();
    String[] cpus = {"0", "1", "0-1"};
    Path from = ONE;
    Path to = TWO;
    int changes = 0;
    while (workers.isAlive()) {
      count(counts);
      Files.writeString(from.resolve("cpuset.cpus"), cpus[changes % cpus.length]);
      count(counts);
      Wait.pause(BETWEEN_CHANGES);
      Files.writeString(from.resolve("cgroup.freeze"), "1");
      Wait.pause(BETWEEN_CHANGES);
      Files.writeString(from.resolve("cgroup.freeze"), "0");
      count(counts);
      for (String pid : Files.readAllLines(from.resolve("cgroup.procs"))) {
        try {
          Files.writeString(to.resolve("cgroup.procs"), pid);
        } catch (IOException e) {
          // It has just ended.
        }
      }
      count(counts);
      Wait.pause(BETWEEN_CHANGES);
      Path other = from;
      from = to;
      to = other;
      changes++;
    }
    return changes;
  }

  private static MappedByteBuffer mapCounts() throws IOException {
    assertTrue(Wait.until(Guest.PATIENCE, () -> COUNTS.toFile().length() > 0), COUNTS::toString);
    try (FileChannel file = FileChannel.open(COUNTS, READ, WRITE)) {
      MappedByteBuffer counts = file.map(READ_WRITE, 0, Long.BYTES);
      counts.order(ByteOrder.nativeOrder());
      return counts;
    }
  }

  private static void count(MappedByteBuffer counts) {
    GROUP_CHANGES.setVolatile(counts, 0, counts.getLong(0) + 1);
  }

  private static boolean isEmpty(Path group) {
    try {
      return Files.readString(group.resolve("cgroup.events")).contains("populated 0");
    } catch (IOException e) {
      return true;
    }
  }
}
