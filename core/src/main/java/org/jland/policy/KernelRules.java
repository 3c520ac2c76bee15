// SPDX-License-Identifier: Apache-2.0
package org.jland.policy;

/**
 * What a policy leaves to the kernel side, because it must happen before user space is asked. Fixed
 * when the scheduler starts.
 *
 * @param exits whether {@link Policy#exited} is called
 * @param preemptUsedNs a task that has used this much CPU time since its last sleep, or a quarter
 *     of it and never slept, gives way when another wakes and no CPU idles, ns, unless {@link
 *     Dispatcher#PROTECT} holds. One that has not used it yet, but usually does or has never slept,
 *     gives way at the tick at which it has; 0: never
 * @param preemptProtectNs but it keeps a CPU for this long first, ns
 * @param maxHoldNs the kernel side takes a task back that the policy has kept for this long, ns: it
 *     counts as forgotten; 0: after {@code --stall-ms}
 */
public record KernelRules(
    boolean exits, long preemptUsedNs, long preemptProtectNs, long maxHoldNs) {

  /** No exits, no preemption: a woken task waits until a CPU runs out of work. */
  public static final KernelRules NONE = new KernelRules(false, 0, 0, 0);

  /** Checks the times. */
  public KernelRules {
    if (preemptUsedNs < 0 || preemptProtectNs < 0 || maxHoldNs < 0) {
      throw new IllegalArgumentException(
          "negative time: " + preemptUsedNs + ", " + preemptProtectNs + ", " + maxHoldNs);
    }
  }

  /**
   * Rules for a policy that keeps no task for longer than {@code --stall-ms}.
   *
   * @param exits as above
   * @param preemptUsedNs as above, ns
   * @param preemptProtectNs as above, ns
   */
  public KernelRules(boolean exits, long preemptUsedNs, long preemptProtectNs) {
    this(exits, preemptUsedNs, preemptProtectNs, 0);
  }

  /**
   * The same for a policy that keeps tasks on purpose.
   *
   * @param ns how long at most
   */
  public KernelRules withMaxHold(long ns) {
    return new KernelRules(exits, preemptUsedNs, preemptProtectNs, ns);
  }
}
