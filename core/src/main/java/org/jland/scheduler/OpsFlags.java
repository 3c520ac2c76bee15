// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.util.Map;
import org.jland.bpf.KernelEnum;

/**
 * {@code enum scx_ops_flags}: the flags of the operations table, as the running kernel has them.
 */
final class OpsFlags {

  private OpsFlags() {}

  /** Chooses flags for the running kernel. */
  static long of(SchedulerConfig config) {
    return of(config, KernelEnum.read("scx_ops_flags"));
  }

  /**
   * Chooses flags. Those that the kernel does not know yet are left out.
   *
   * @param config the options
   * @param known the kernel's enumerators
   */
  static long of(SchedulerConfig config, Map<String, Long> known) {
    long flags =
        known.getOrDefault("SCX_OPS_KEEP_BUILTIN_IDLE", 0L)
            | known.getOrDefault("SCX_OPS_ENQ_LAST", 0L)
            | known.getOrDefault("SCX_OPS_ALLOW_QUEUED_WAKEUP", 0L);
    if (config.partial()) {
      flags |= known.getOrDefault("SCX_OPS_SWITCH_PARTIAL", 0L);
    }
    if (config.numaLocal()) {
      flags |= known.getOrDefault("SCX_OPS_BUILTIN_IDLE_PER_NODE", 0L);
    }
    return flags;
  }
}
