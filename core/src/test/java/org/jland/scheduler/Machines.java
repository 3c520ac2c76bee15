// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.util.ArrayList;
import java.util.List;
import org.jland.topology.Topology;

/** Topologies of machines that nobody has. */
final class Machines {

  private Machines() {}

  /** CPUs without SMT in one NUMA node, spread over LLCs in blocks of equal size. */
  static Topology ofCpus(int nrCpus, int nrLlcs) {
    List<Topology.Cpu> cpus = new ArrayList<>();
    for (int id = 0; id < nrCpus; id++) {
      cpus.add(new Topology.Cpu(id, id, id * nrLlcs / nrCpus, 0, 1024));
    }
    return new Topology(nrCpus, cpus, nrLlcs, 1);
  }
}
