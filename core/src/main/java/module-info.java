// SPDX-License-Identifier: Apache-2.0

/** The framework: the rings, the BPF scheduler, the policy interface, topology and counters. */
module org.jland.core {
  requires info.picocli;
  requires jdk.unsupported; // sun.misc.Signal, in org.jland.os.Signals

  exports org.jland.bpf;
  exports org.jland.os;
}
