// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.util.ArrayList;
import java.util.List;

/**
 * The guest's CPUs. Each socket has one last-level cache; NUMA nodes are made of whole sockets.
 *
 * @param sockets sockets in the machine
 * @param cores cores in a socket
 * @param threads SMT siblings in a core
 * @param nodes NUMA nodes; 1 means that the guest is told nothing of NUMA
 */
public record Topology(int sockets, int cores, int threads, int nodes) {
  private static final int MAX_CPUS = 255;

  /** Checks the counts. */
  public Topology {
    if (sockets < 1 || cores < 1 || threads < 1 || nodes < 1) {
      throw GuestException.setup(
          "a topology needs at least one of everything: "
              + sockets
              + " sockets, "
              + cores
              + " cores, "
              + threads
              + " threads, "
              + nodes
              + " nodes");
    }
    if ((long) sockets * cores * threads > MAX_CPUS) {
      throw GuestException.setup("a guest has at most " + MAX_CPUS + " CPUs");
    }
    if (sockets % nodes != 0) {
      throw GuestException.setup(
          sockets + " sockets can't be shared by " + nodes + " NUMA nodes; use a divisor");
    }
  }

  /** One socket with {@code cpus} single-threaded cores. */
  public static Topology flat(int cpus) {
    return new Topology(1, cpus, 1, 1);
  }

  /**
   * Reads {@code sockets=2,cores=2,threads=2,nodes=2}, in any order; what is left out is 1, except
   * that there is one node per socket if {@code nodes} is left out.
   *
   * @throws GuestException if the text is none of that
   */
  public static Topology parse(String text) {
    int sockets = 1;
    int cores = 1;
    int threads = 1;
    int nodes = 0;
    for (String part : text.split(",", -1)) {
      String[] pair = part.split("=", -1);
      if (pair.length != 2 || !pair[1].matches("[0-9]{1,3}")) {
        throw unreadable(text);
      }
      int count = Integer.parseInt(pair[1]);
      switch (pair[0]) {
        case "sockets" -> sockets = count;
        case "cores" -> cores = count;
        case "threads" -> threads = count;
        case "nodes" -> nodes = count;
        default -> throw unreadable(text);
      }
    }
    return new Topology(sockets, cores, threads, nodes == 0 ? Math.max(1, sockets) : nodes);
  }

  /** CPUs in all. */
  public int cpus() {
    return sockets * cores * threads;
  }

  /** The emulator's arguments for these CPUs and {@code memoryMib} of memory. */
  List<String> arguments(int memoryMib) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(
            "-smp",
            cpus() + ",sockets=" + sockets + ",cores=" + cores + ",threads=" + threads,
            "-m",
            memoryMib / nodes * nodes + "M"));
    if (nodes > 1) {
      int perNode = cpus() / nodes;
      for (int node = 0; node < nodes; node++) {
        int first = node * perNode;
        arguments.addAll(
            List.of(
                "-object",
                "memory-backend-ram,id=mem" + node + ",size=" + memoryMib / nodes + "M",
                "-numa",
                "node,nodeid="
                    + node
                    + ",memdev=mem"
                    + node
                    + ",cpus="
                    + first
                    + "-"
                    + (first + perNode - 1)));
      }
    }
    return arguments;
  }

  private static GuestException unreadable(String text) {
    return GuestException.setup(
        "no topology '" + text + "'; write for example sockets=2,cores=2,threads=2,nodes=2");
  }
}
