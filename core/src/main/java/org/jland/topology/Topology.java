// SPDX-License-Identifier: Apache-2.0
package org.jland.topology;

import java.util.List;
import java.util.function.Predicate;

/**
 * The CPUs of a machine, read once at start. Immutable; CPU numbers may have gaps (offline CPUs).
 *
 * @param nrCpuIds CPU numbers are below this
 * @param cpus the online CPUs, by number
 * @param nrLlcs LLC numbers are below this, dense from 0
 * @param nrNodes NUMA node numbers are below this
 */
public record Topology(int nrCpuIds, List<Cpu> cpus, int nrLlcs, int nrNodes) {

  /**
   * An online CPU.
   *
   * @param id its number
   * @param core dense number of its core; SMT siblings share it
   * @param llc dense number of its last-level cache
   * @param node its NUMA node
   * @param capacity relative speed, 1024 for the fastest kind
   */
  public record Cpu(int id, int core, int llc, int node, int capacity) {}

  /** Checks that numbers are in range and in order; copies the list. */
  public Topology {
    cpus = List.copyOf(cpus);
    if (cpus.isEmpty() || nrLlcs < 1 || nrNodes < 1) {
      throw new IllegalArgumentException("a machine has a CPU, an LLC and a node");
    }
    int previous = -1;
    for (Cpu cpu : cpus) {
      if (cpu.id() >= nrCpuIds || cpu.llc() >= nrLlcs || cpu.node() >= nrNodes) {
        throw new IllegalArgumentException("out of range: " + cpu);
      }
      if (cpu.id() <= previous || cpu.core() < 0 || cpu.llc() < 0 || cpu.node() < 0) {
        throw new IllegalArgumentException("out of order: " + cpu);
      }
      previous = cpu.id();
    }
  }

  /**
   * Finds a CPU. Allocates nothing.
   *
   * @param id its number
   * @return the CPU, null if it is not online
   */
  public Cpu cpu(int id) {
    int low = 0;
    int high = Math.min(id, cpus.size() - 1); // no CPU stands behind the place of its number
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Cpu cpu = cpus.get(middle);
      if (cpu.id() == id) {
        return cpu;
      }
      if (cpu.id() < id) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /**
   * Tells the LLC of a CPU. Allocates nothing.
   *
   * @param id number of an online CPU
   * @return number of its LLC
   * @throws IllegalArgumentException if it is not online
   */
  public int llcOf(int id) {
    return online(id).llc();
  }

  /**
   * Tells the NUMA node of a CPU. Allocates nothing.
   *
   * @param id number of an online CPU
   * @return number of its node
   * @throws IllegalArgumentException if it is not online
   */
  public int nodeOf(int id) {
    return online(id).node();
  }

  private Cpu online(int id) {
    Cpu cpu = cpu(id);
    if (cpu == null) {
      throw new IllegalArgumentException("CPU " + id + " is not online");
    }
    return cpu;
  }

  /**
   * Lists the CPUs of a core: the SMT siblings of a CPU and that CPU. Allocates: ask at start.
   *
   * @param id number of an online CPU
   * @return CPU numbers, ascending
   * @throws IllegalArgumentException if it is not online
   */
  public int[] siblings(int id) {
    int core = online(id).core();
    return ids(cpu -> cpu.core() == core);
  }

  /**
   * Lists the CPUs of an LLC. Allocates: ask at start.
   *
   * @param llc its number
   * @return CPU numbers, ascending
   */
  public int[] cpusOfLlc(int llc) {
    return ids(cpu -> cpu.llc() == llc);
  }

  /**
   * Lists the CPUs of a NUMA node. Allocates: ask at start.
   *
   * @param node its number
   * @return CPU numbers, ascending; none for a node of memory only
   */
  public int[] cpusOfNode(int node) {
    return ids(cpu -> cpu.node() == node);
  }

  private int[] ids(Predicate<Cpu> wanted) {
    return cpus.stream().filter(wanted).mapToInt(Cpu::id).toArray();
  }

  /** Returns whether a core has several CPUs. */
  public boolean hasSmt() {
    return cpus.stream().mapToInt(Cpu::core).distinct().count() < cpus.size();
  }

  /** Returns whether some CPUs are faster than others. */
  public boolean isHybrid() {
    return cpus.stream().mapToInt(Cpu::capacity).distinct().count() > 1;
  }

  /** Returns the machine in a few words: {@code 8 CPUs, 4 cores, 2 LLCs, 2 NUMA nodes}. */
  public String summary() {
    long cores = cpus.stream().mapToInt(Cpu::core).distinct().count();
    long nodes = cpus.stream().mapToInt(Cpu::node).distinct().count();
    return count(cpus.size(), "CPU")
        + (hasSmt() ? ", " + count(cores, "core") : "")
        + ", "
        + count(nrLlcs, "LLC")
        + (nodes > 1 ? ", " + count(nodes, "NUMA node") : "")
        + (isHybrid() ? ", of different speed" : "");
  }

  private static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
