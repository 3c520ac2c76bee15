// SPDX-License-Identifier: Apache-2.0

/** The framework: the rings, the BPF scheduler, the policy interface, topology and counters. */
module org.jland.core {
  requires com.fasterxml.jackson.core;
  requires transitive info.picocli; // SchedulerApp takes options of the policy
  requires jdk.unsupported; // sun.misc.Signal, in org.jland.os.Signals

  exports org.jland.app;
  exports org.jland.bpf;
  exports org.jland.os;
  exports org.jland.policy;
  exports org.jland.scheduler;
  exports org.jland.stats;
  exports org.jland.topology;

  opens org.jland.app to
      info.picocli;
}
