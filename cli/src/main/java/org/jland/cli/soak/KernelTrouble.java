// SPDX-License-Identifier: Apache-2.0
package org.jland.cli.soak;

import java.util.List;
import java.util.regex.Pattern;

/** Lines of the kernel's log that no test may leave. */
public final class KernelTrouble {
  private static final Pattern TROUBLE =
      Pattern.compile(
          "WARNING:|BUG:|Oops|Call Trace|general protection|rcu.*(stall|detected)|hung task"
              + "|blocked for more than|soft lockup|hard LOCKUP|Kernel panic|UBSAN|KASAN");

  private KernelTrouble() {}

  /** Where the kernel complains. */
  public static List<String> complaints(List<String> log) {
    return log.stream().filter(line -> TROUBLE.matcher(line).find()).toList();
  }

  /** Where it tells that it evicted a scheduler. */
  public static List<String> evictions(List<String> log) {
    return log.stream()
        .filter(line -> line.contains("sched_ext:") && line.contains("disabled ("))
        .filter(line -> !line.contains("unregistered from user space"))
        .toList();
  }
}
