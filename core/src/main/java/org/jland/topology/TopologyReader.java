// SPDX-License-Identifier: Apache-2.0
package org.jland.topology;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jland.topology.Topology.Cpu;

/**
 * Reads the topology from sysfs. What a machine does not tell has a plain meaning: no cache
 * information, one LLC per package; no packages, one LLC; no NUMA, one node; no capacities, all
 * CPUs alike. What it tells wrongly is an error. One use, one thread.
 */
public final class TopologyReader {

  /** Speed of the fastest kind of CPU. */
  static final int FULL_CAPACITY = 1024;

  /** From this level on a cache is shared by a domain, however few CPUs that has. */
  private static final int LLC_LEVEL = 3;

  private static final String SIBLINGS = "topology/thread_siblings_list";

  private final Path cpuRoot;
  private final Path nodeRoot;

  private TopologyReader(Path sys) {
    this.cpuRoot = sys.resolve("devices/system/cpu");
    this.nodeRoot = sys.resolve("devices/system/node");
  }

  /**
   * Reads this machine.
   *
   * @return its topology
   * @throws TopologyException if a file is missing that every kernel has, or one makes no sense
   */
  public static Topology read() {
    return read(Path.of("/sys"));
  }

  /**
   * Reads a machine described by a folder.
   *
   * @param sys stands for {@code /sys}
   * @return its topology
   * @throws TopologyException as {@link #read()}
   */
  public static Topology read(Path sys) {
    try {
      return new TopologyReader(sys).topology();
    } catch (IOException e) {
      throw new TopologyException("can't read the CPU topology: " + e, e);
    }
  }

  private Topology topology() throws IOException {
    int[] online = requiredList(cpuRoot.resolve("online")).stream().toArray();
    if (online.length == 0) {
      throw damaged(cpuRoot.resolve("online"), "names no CPU");
    }
    BitSet possible = list(cpuRoot.resolve("possible"), new BitSet());
    int nrCpuIds = Math.max(possible.length(), online[online.length - 1] + 1);
    Map<Integer, Integer> nodes = nodes();
    int[] capacities = capacities(online);
    Numbering cores = new Numbering();
    Numbering llcs = new Numbering();
    List<Cpu> cpus = new ArrayList<>(online.length);
    int nrNodes = 1;
    for (int i = 0; i < online.length; i++) {
      int id = online[i];
      Path dir = cpuRoot.resolve("cpu" + id);
      BitSet siblings = siblings(dir, id);
      int node = nodes.getOrDefault(id, 0);
      nrNodes = Math.max(nrNodes, node + 1);
      int core = cores.of(coreKey(dir, siblings));
      cpus.add(new Cpu(id, core, llcs.of(llcKey(dir, siblings)), node, capacities[i]));
    }
    return new Topology(nrCpuIds, cpus, llcs.size(), nrNodes);
  }

  private static BitSet siblings(Path dir, int id) throws IOException {
    BitSet alone = new BitSet();
    alone.set(id);
    BitSet siblings = list(dir.resolve(SIBLINGS), alone);
    siblings.set(id);
    return siblings;
  }

  /** Names the core of a CPU. Its core_id alone would not: dies and clusters repeat them. */
  private static String coreKey(Path dir, BitSet siblings) throws IOException {
    Path core = dir.resolve("topology/core_id");
    if (Files.exists(dir.resolve(SIBLINGS)) || !Files.exists(core)) {
      return "cpu" + siblings.nextSetBit(0);
    }
    return packageOf(dir) + " core" + number(core, 0);
  }

  private static String packageOf(Path dir) throws IOException {
    // -1 stands for "unknown" on some firmware.
    return "package" + Math.max(0, number(dir.resolve("topology/physical_package_id"), 0));
  }

  /**
   * Names the last-level cache of a CPU. A cache below level 3 that only the SMT siblings of one
   * core share makes no domain; then the package does.
   */
  private static String llcKey(Path dir, BitSet siblings) throws IOException {
    long best = 0;
    String key = packageOf(dir);
    for (Path index : children(dir.resolve("cache"), "index")) {
      if (text(index.resolve("type"), "Unified").equals("Instruction")) {
        continue;
      }
      long level = number(index.resolve("level"), 0);
      BitSet shared = list(index.resolve("shared_cpu_list"), new BitSet());
      boolean wide = level >= LLC_LEVEL || shared.cardinality() > siblings.cardinality();
      if (level > best && wide && !shared.isEmpty()) {
        best = level;
        key = "level" + level + " cpu" + shared.nextSetBit(0);
      }
    }
    return key;
  }

  private Map<Integer, Integer> nodes() throws IOException {
    Map<Integer, Integer> nodes = new HashMap<>();
    for (Path dir : children(nodeRoot, "node")) {
      int node = Integer.parseInt(dir.getFileName().toString().substring("node".length()));
      list(dir.resolve("cpulist"), new BitSet()).stream().forEach(cpu -> nodes.put(cpu, node));
    }
    return nodes;
  }

  /** Relative speeds: the kernel's own, else those of the firmware, else all alike. */
  private int[] capacities(int[] online) throws IOException {
    for (String file : List.of("cpu_capacity", "acpi_cppc/highest_perf")) {
      long[] raw = new long[online.length];
      for (int i = 0; i < online.length; i++) {
        raw[i] = capacity(cpuRoot.resolve("cpu" + online[i]).resolve(file));
      }
      long max = Arrays.stream(raw).max().orElse(0);
      if (max > 0) {
        // A CPU that says nothing counts as a fast one.
        return Arrays.stream(raw)
            .mapToInt(c -> c <= 0 ? FULL_CAPACITY : (int) Math.max(1, c * FULL_CAPACITY / max))
            .toArray();
      }
    }
    int[] alike = new int[online.length];
    Arrays.fill(alike, FULL_CAPACITY);
    return alike;
  }

  private static long capacity(Path file) {
    try {
      return number(file, 0);
    } catch (IOException e) {
      return 0; // The file is there, but this firmware has no answer.
    }
  }

  /** The folders {@code prefixN} in a folder, by N; none if that does not exist. */
  private static List<Path> children(Path dir, String prefix) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(dir)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir, prefix + "[0-9]*")) {
        for (Path entry : entries) {
          if (entry.getFileName().toString().matches(prefix + "[0-9]{1,4}")) {
            found.add(entry);
          }
        }
      }
      found.sort(null);
    }
    return found;
  }

  private static BitSet requiredList(Path file) throws IOException {
    BitSet cpus = list(file, null);
    if (cpus == null) {
      throw new TopologyException(
          "can't read the CPU topology: there is no " + file + "; is sysfs mounted?", null);
    }
    return cpus;
  }

  private static BitSet list(Path file, BitSet absent) throws IOException {
    String text = text(file, null);
    if (text == null) {
      return absent;
    }
    try {
      return CpuList.parse(text);
    } catch (IllegalArgumentException e) {
      throw damaged(file, "has no CPU list: \"" + shorten(text) + '"');
    }
  }

  private static long number(Path file, long absent) throws IOException {
    String text = text(file, null);
    if (text == null) {
      return absent;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw damaged(file, "has no number: \"" + shorten(text) + '"');
    }
  }

  private static String text(Path file, String absent) throws IOException {
    try {
      // Not as UTF-8: a damaged file should be shown, not fail to decode.
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
    } catch (NoSuchFileException e) {
      return absent;
    }
  }

  private static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= 40 ? line : line.substring(0, 40) + "…";
  }

  private static TopologyException damaged(Path file, String problem) {
    return new TopologyException("can't read the CPU topology: " + file + " " + problem, null);
  }

  /** Numbers names from 0 in the order in which they are first met. */
  private static final class Numbering {
    private final Map<String, Integer> numbers = new HashMap<>();

    int of(String name) {
      Integer next = numbers.size();
      Integer known = numbers.putIfAbsent(name, next);
      return known == null ? next : known;
    }

    int size() {
      return numbers.size();
    }
  }
}
