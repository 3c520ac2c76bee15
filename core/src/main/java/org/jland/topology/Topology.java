// SPDX-License-Identifier: Apache-2.0
package org.jland.topology;

import java.util.List;

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

  /** Checks that numbers are in range; copies the list. */
  public Topology {
    cpus = List.copyOf(cpus);
    if (cpus.isEmpty() || nrLlcs < 1 || nrNodes < 1) {
      throw new IllegalArgumentException("a machine has a CPU, an LLC and a node");
    }
    for (Cpu cpu : cpus) {
      if (cpu.id() >= nrCpuIds || cpu.llc() >= nrLlcs || cpu.node() >= nrNodes) {
        throw new IllegalArgumentException("out of range: " + cpu);
      }
    }
  }
}
