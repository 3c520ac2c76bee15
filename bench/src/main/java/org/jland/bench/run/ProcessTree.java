// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A process and all below it, at one moment.
 *
 * @param count how many
 * @param cpuSeconds CPU time of all, and of those that they waited for; in steps of 10 ms
 */
record ProcessTree(int count, double cpuSeconds) {
  private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every architecture
  private static final int MAX_LOOKS = 50;
  private static final int PARENT = 1;
  private static final int UTIME = 11;
  private static final int CSTIME = 14;

  record Stat(long parent, long ticks) {}

  /** Looks at the tree below a process. */
  static ProcessTree of(long root) {
    Map<Long, Stat> tree = below(root);
    long ticks = tree.values().stream().mapToLong(Stat::ticks).sum();
    return new ProcessTree(tree.size(), ticks / TICKS_PER_SECOND);
  }

  /** The process and all below it. */
  static Set<Long> pids(long root) {
    return below(root).keySet();
  }

  private static Map<Long, Stat> below(long root) {
    Map<Long, Stat> all = all();
    Map<Long, Stat> tree = new HashMap<>(all);
    tree.keySet()
        .removeIf(pid -> {
          long ancestor = pid;
          while (ancestor != root && all.containsKey(ancestor)) {
            ancestor = all.get(ancestor).parent();
          }
          return ancestor != root;
        });
    return tree;
  }

  /**
   * A process that ends while others are read takes its time, and that of all it waited for, to its
   * parent, which was read already: such a look is no good.
   */
  private static Map<Long, Stat> all() {
    Map<Long, Stat> all = new HashMap<>();
    for (int look = 0; look < MAX_LOOKS && !look(all); look++) {
      // Again.
    }
    return all;
  }

  /** Whether everything that was there at the beginning still was there at the end. */
  private static boolean look(Map<Long, Stat> all) {
    all.clear();
    for (long pid : listed()) {
      try {
        all.put(pid, parse(Files.readString(Path.of("/proc", String.valueOf(pid), "stat"))));
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  private static List<Long> listed() {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      processes.forEach(process -> pids.add(Long.valueOf(process.getFileName().toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pids;
  }

  /** What follows the name, which may hold anything, is numbers. */
  static Stat parse(String text) {
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int i = UTIME; i <= CSTIME; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return new Stat(Long.parseLong(fields[PARENT]), ticks);
  }
}
