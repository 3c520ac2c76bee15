// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibcTest {
  @Test
  void tidNamesTheCallingThread() throws Exception {
    int mine = OsThread.currentTid();
    assertTrue(Files.exists(Path.of("/proc/self/task/" + mine)));
    int[] other = new int[1];
    Thread thread = new Thread(() -> other[0] = OsThread.currentTid());
    thread.start();
    thread.join();
    assertTrue(other[0] > 0 && other[0] != mine, other[0] + " and " + mine);
  }

  @Test
  void nameIsWhatTheKernelShows() throws Exception {
    String[] shown = new String[1];
    Thread thread =
        new Thread(() -> {
          OsThread.setName("a name longer than the kernel's");
          shown[0] = read("/proc/self/task/" + OsThread.currentTid() + "/comm");
        });
    thread.start();
    thread.join();
    assertEquals("a name longer t", shown[0]);
  }

  @Test
  void affinityIsSetAndRead() throws Exception {
    BitSet allowed = OsThread.affinity(0);
    assertFalse(allowed.isEmpty());
    BitSet one = new BitSet();
    one.set(allowed.nextSetBit(0));
    BitSet[] seen = new BitSet[1];
    Thread thread =
        new Thread(() -> {
          OsThread.setAffinity(0, one);
          seen[0] = OsThread.affinity(OsThread.currentTid());
        });
    thread.start();
    thread.join();
    assertEquals(one, seen[0]);
    assertThrows(IllegalArgumentException.class, () -> OsThread.setAffinity(0, new BitSet()));
  }

  @Test
  void normalPolicyCanAlwaysBeSet() {
    OsThread.setPolicy(0, OsThread.SCHED_OTHER);
    assertEquals(OsThread.SCHED_OTHER, OsThread.policy(0));
  }

  @Test
  void allThreadsGetTheNiceValueOfTheProcess() throws IOException {
    Map<String, Integer> before = niceValues();
    int nice = before.get(Integer.toString(OsThread.currentTid())) + 1; // lower takes a privilege

    OsProcess.setNice(nice);

    Map<String, Integer> after = niceValues();
    after.keySet().retainAll(before.keySet()); // others may have been started meanwhile
    assertEquals(Set.of(nice), Set.copyOf(after.values()), after::toString);
  }

  private static Map<String, Integer> niceValues() throws IOException {
    Map<String, Integer> values = new HashMap<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        try {
          String stat = Files.readString(thread.resolve("stat"));
          // The 19th field; the second is the name, in brackets.
          String nice = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16];
          values.put(thread.getFileName().toString(), Integer.valueOf(nice));
        } catch (IOException e) {
          // It has ended.
        }
      }
    }
    return values;
  }

  @Test
  void failureCarriesOperationAndErrno() {
    OsException e = assertThrows(OsException.class, () -> OsThread.setPolicy(0, 99));
    assertEquals(Errno.EINVAL, e.errno());
    assertEquals("sched_setscheduler(0, 99)", e.operation());
    assertEquals("sched_setscheduler(0, 99): Invalid argument (EINVAL)", e.getMessage());
  }

  @Test
  void errnoHasNameAndText() {
    assertEquals("Operation not permitted (EPERM)", Errno.describe(Errno.EPERM));
    assertEquals("Operation is not supported (ENOTSUPP)", Errno.describe(Errno.ENOTSUPP));
    assertTrue(Errno.describe(121).endsWith("(errno 121)"));
  }

  @Test
  void nanoTimeIsTheKernelsMonotonicClock() {
    for (int i = 0; i < 100; i++) {
      long before = Libc.clockGettimeNs(Libc.CLOCK_MONOTONIC);
      long now = MonotonicClock.nowNs();
      long after = Libc.clockGettimeNs(Libc.CLOCK_MONOTONIC);
      assertTrue(before <= now && now <= after, before + " <= " + now + " <= " + after);
    }
  }

  @Test
  void memlockLimitIsReadAndSetToItself() {
    LockedMemory.Limit limit = LockedMemory.limit();
    LockedMemory.setLimit(limit);
    assertEquals(limit, LockedMemory.limit());
    OsException e =
        assertThrows(OsException.class, () -> LockedMemory.setLimit(new LockedMemory.Limit(2, 1)));
    assertEquals(Errno.EINVAL, e.errno());
  }

  @Test
  void limitAllowsWhatIsBelowIt() {
    assertTrue(new LockedMemory.Limit(100, 100).allows(100));
    assertFalse(new LockedMemory.Limit(100, 200).allows(101));
    assertTrue(new LockedMemory.Limit(LockedMemory.UNLIMITED, 0).allows(Long.MAX_VALUE));
  }

  @Test
  void hugePagesCanBeDisabled() {
    OsProcess.disableTransparentHugePages();
    assertTrue(OsProcess.transparentHugePagesDisabled());
  }

  @Test
  void processesExistOrNot() throws Exception {
    assertTrue(OsProcess.exists(OsProcess.pid()));
    assertTrue(OsProcess.exists(1));
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    assertFalse(OsProcess.exists((int) gone.pid()));
    assertThrows(IllegalArgumentException.class, () -> OsProcess.kill(-1, 0));
  }

  @Test
  void touchingFreshMemoryCountsAsFaults(@TempDir Path folder) throws IOException {
    LockedMemory.unlockAll(); // what another test locked for the future would be there already
    Path file = folder.resolve("fresh");
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, CREATE_NEW, READ, WRITE)) {
      PageFaults faults = PageFaults.ofProcess(arena);
      // Not from malloc, which may have it from an earlier test.
      MemorySegment fresh = channel.map(FileChannel.MapMode.READ_WRITE, 0, 8 << 20, arena);
      long before = faults.read();
      fresh.fill((byte) 1);
      long after = faults.read();
      assertTrue(after > before, before + " < " + after);
      assertEquals(after, faults.minor() + faults.major());
    }
  }

  @Test
  void loopCallsAllocateNothing() {
    var bean =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    try (Arena arena = Arena.ofConfined()) {
      PageFaults faults = PageFaults.ofProcess(arena);
      long allocated = -1;
      for (int round = 0; round < 20 && allocated != 0; round++) {
        long before = bean.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 2_000; i++) {
          OsThread.yield();
          faults.read();
          MonotonicClock.nowNs();
        }
        allocated = bean.getCurrentThreadAllocatedBytes() - before;
      }
      assertEquals(0, allocated);
    }
  }

  @Test
  void mappingOfBadDescriptorFails() {
    try (Arena arena = Arena.ofConfined()) {
      OsException e =
          assertThrows(
              OsException.class,
              () -> SharedMapping.map(-1, 4096, SharedMapping.Access.READ_WRITE, arena));
      assertEquals("mmap of 4096 bytes: Bad file descriptor (errno 9)", e.getMessage());
      assertThrows(
          IllegalArgumentException.class,
          () -> SharedMapping.map(-1, 0, SharedMapping.Access.READ_WRITE, arena));
    }
  }

  @Test
  void formatTakesAnEmptyArgumentList() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment none = arena.allocate(64);
      assertEquals("100%", NativeText.format(arena.allocateFrom("100%%"), none));
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
