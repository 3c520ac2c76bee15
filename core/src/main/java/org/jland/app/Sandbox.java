// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.util.EnumSet;
import java.util.Set;
import org.jland.os.Capabilities;
import org.jland.os.Capabilities.Capability;
import org.jland.os.OsException;
import org.jland.os.SyscallFilter;

/**
 * What a scheduler gives up before its policy is made, for as long as the process lives: it must be
 * able to load the BPF side anew when a CPU comes or goes, and nothing else that root can.
 */
@FunctionalInterface
interface Sandbox {

  /**
   * Enters it. Main thread, before other threads of ours are made.
   *
   * @return what could not be had, in one line; null if all was
   * @throws StartException if the kernel refuses the filter
   */
  String enter();

  /** The real one: drops capabilities, then filters system calls. */
  static Sandbox ofThisProcess() {
    return () -> {
      String warning = dropCapabilities();
      filterSystemCalls();
      return warning;
    };
  }

  private static String dropCapabilities() {
    long others = Capabilities.keepOnly(needed(Capabilities.permitted()));
    return others == 0
        ? null
        : others
            + " threads of the JVM keep capabilities that they don't need:"
            + " install libpsx >= 2.72, or start with less (setpriv --bounding-set)";
  }

  /** CAP_SYS_ADMIN stands in for what a kernel or an administrator did not give singly. */
  static Set<Capability> needed(Set<Capability> permitted) {
    Set<Capability> needed = EnumSet.of(Capability.BPF, Capability.PERFMON, Capability.IPC_LOCK);
    if (!permitted.contains(Capability.BPF) || !permitted.contains(Capability.PERFMON)) {
      needed.add(Capability.SYS_ADMIN);
    }
    return needed;
  }

  private static void filterSystemCalls() {
    try {
      SyscallFilter.install();
    } catch (OsException e) {
      throw new StartException(
          "can't filter system calls ("
              + e.getMessage()
              + "): a kernel with CONFIG_SECCOMP_FILTER can, and --no-sandbox does without");
    }
  }
}
