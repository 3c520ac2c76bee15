// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assumptions.abort;

import org.jland.bpf.BpfException;
import org.jland.policy.KernelRules;
import org.jland.scheduler.BpfScheduler;
import org.jland.scheduler.SchedulerConfig;
import org.jland.topology.TopologyReader;

/** Some kernels are served that no sched_ext scheduler can be loaded into. */
final class LoadableKernel {
  private static String refusal;

  private LoadableKernel() {}

  /** Skips the test there; fails if the kernel refuses our object for another reason. */
  static void assume() {
    String why = refusal();
    if (!why.isEmpty()) {
      System.out.println("without: any sched_ext scheduler: its BTF is malformed (old pahole)");
      abort(why);
    }
  }

  private static synchronized String refusal() {
    if (refusal == null) {
      try (BpfScheduler _ =
          BpfScheduler.load(
              SchedulerConfig.defaults("scx_test"),
              TopologyReader.read(),
              KernelRules.NONE,
              pid -> {})) {
        refusal = "";
      } catch (BpfException e) {
        if (!e.getMessage().contains("pahole")) {
          throw e;
        }
        refusal = e.getMessage();
      }
    }
    return refusal;
  }
}
