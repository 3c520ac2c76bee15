// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import org.jland.bpf.Btf;

/** {@code enum scx_ops_flags}: the flags of the operations table, as the running kernel has them. */
final class OpsFlags {

  private OpsFlags() {}

  /**
   * Chooses flags. Those that the kernel does not know yet are left out.
   *
   * @param config the options
   * @param kernel the running kernel's types
   */
  static long of(SchedulerConfig config, Btf kernel) {
    long flags =
        flag(kernel, "SCX_OPS_KEEP_BUILTIN_IDLE")
            | flag(kernel, "SCX_OPS_ENQ_LAST")
            | flag(kernel, "SCX_OPS_ALLOW_QUEUED_WAKEUP");
    if (config.partial()) {
      flags |= flag(kernel, "SCX_OPS_SWITCH_PARTIAL");
    }
    if (config.numaLocal()) {
      flags |= flag(kernel, "SCX_OPS_BUILTIN_IDLE_PER_NODE");
    }
    return flags;
  }

  private static long flag(Btf kernel, String name) {
    return kernel.findEnumerator(name).orElse(0);
  }
}
