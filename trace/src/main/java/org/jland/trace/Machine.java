// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jland.trace.model.TraceException;

/**
 * What /proc and /sys say at one moment. Immutable.
 *
 * @param cpus the online CPUs
 * @param tasks all threads, by number
 * @param idleTicks ticks that each CPU idled since boot
 */
record Machine(BitSet cpus, Map<Integer, Seen> tasks, Map<Integer, Long> idleTicks) {
  /** {@code USER_HZ}: the unit of times in /proc. */
  static final long TICK_NS = 10_000_000;

  private static final Path PROC = Path.of("/proc");
  private static final String ALLOWED = "Cpus_allowed_list:";
  private static final int FLAGS = 6;
  private static final int UTIME = 11;
  private static final int STIME = 12;
  private static final long PF_KTHREAD = 0x00200000;

  /** A thread: its process, state, CPU time in ticks, and the CPUs it may use. */
  record Seen(int tgid, String comm, char state, boolean kthread, long cpuTicks, BitSet allowed) {}

  /** Looks at the machine now. Takes a few ms and some system calls for each thread. */
  static Machine look() {
    try {
      return new Machine(
          cpuList(Files.readString(Path.of("/sys/devices/system/cpu/online")).strip()),
          allTasks(),
          idleTicks(Files.readAllLines(PROC.resolve("stat"))));
    } catch (IOException e) {
      throw new TraceException("can't read /proc: " + e.getMessage(), e);
    }
  }

  /** Memory of the machine, KiB. */
  static long memoryKib() {
    try {
      String line = Files.readAllLines(PROC.resolve("meminfo")).getFirst();
      return Long.parseLong(line.replaceAll("\\D", ""));
    } catch (IOException e) {
      throw new TraceException("can't read /proc/meminfo: " + e.getMessage(), e);
    }
  }

  private static Map<Integer, Seen> allTasks() throws IOException {
    Map<Integer, Seen> tasks = new HashMap<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        int tgid = Integer.parseInt(process.getFileName().toString());
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
          for (Path thread : threads) {
            int tid = Integer.parseInt(thread.getFileName().toString());
            thread(tgid, thread).ifPresent(seen -> tasks.put(tid, seen));
          }
        } catch (IOException e) {
          // It has ended.
        }
      }
    }
    return tasks;
  }

  private static Optional<Seen> thread(int tgid, Path folder) {
    try {
      return seen(
          tgid,
          Files.readString(folder.resolve("stat")),
          Files.readString(folder.resolve("status")));
    } catch (IOException e) {
      return Optional.empty(); // it has ended
    }
  }

  /** Reads the texts of a thread's stat and status. The name may hold any character. */
  static Optional<Seen> seen(int tgid, String stat, String status) {
    int open = stat.indexOf('(');
    int close = stat.lastIndexOf(')');
    if (open < 0 || close < open) {
      return Optional.empty();
    }
    String[] fields = stat.substring(close + 1).strip().split(" ");
    Optional<String> allowed = status.lines().filter(line -> line.startsWith(ALLOWED)).findFirst();
    if (fields.length <= STIME || allowed.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Seen(
            tgid,
            stat.substring(open + 1, close),
            fields[0].charAt(0),
            (Long.parseLong(fields[FLAGS]) & PF_KTHREAD) != 0,
            Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]),
            cpuList(allowed.get().substring(ALLOWED.length()).strip())));
  }

  /** Reads {@code 0-3,8}. */
  static BitSet cpuList(String text) {
    BitSet cpus = new BitSet();
    for (String range : text.split(",")) {
      if (!range.isEmpty()) {
        String[] ends = range.split("-");
        cpus.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
      }
    }
    return cpus;
  }

  /** Idle and waiting for I/O, from the lines {@code cpuN user nice system idle iowait ...}. */
  static Map<Integer, Long> idleTicks(List<String> stat) {
    Map<Integer, Long> ticks = new HashMap<>();
    for (String line : stat) {
      if (line.matches("cpu\\d+ .*")) {
        String[] words = line.split(" ");
        ticks.put(
            Integer.parseInt(words[0].substring("cpu".length())),
            Long.parseLong(words[4]) + Long.parseLong(words[5]));
      }
    }
    return ticks;
  }
}
