// SPDX-License-Identifier: Apache-2.0
package org.jland.policy;

/**
 * What a policy leaves to the kernel side, because it must happen before user space is asked. Fixed
 * when the scheduler starts.
 *
 * @param exits whether {@link Policy#exited} is called
 * @param preemptUsedNs a task that has used this much CPU time since its last sleep gives way when
 *     another wakes and no CPU idles, ns, unless {@link Dispatcher#PROTECT} holds; 0: never
 * @param preemptProtectNs but it keeps a CPU for this long first, ns
 */
public record KernelRules(boolean exits, long preemptUsedNs, long preemptProtectNs) {

  /** No exits, no preemption: a woken task waits until a CPU runs out of work. */
  public static final KernelRules NONE = new KernelRules(false, 0, 0);

  /** Checks the times. */
  public KernelRules {
    if (preemptUsedNs < 0 || preemptProtectNs < 0) {
      throw new IllegalArgumentException(
          "negative time: " + preemptUsedNs + ", " + preemptProtectNs);
    }
  }
}
