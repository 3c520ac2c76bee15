// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.Map;

/**
 * What became of the tasks given to user space between two readings of a scheduler's counters.
 *
 * @param queued given to user space, those included that it had at the first reading
 * @param dispatched it decided about
 * @param cancelled left its custody otherwise: they died, or left sched_ext
 * @param inCustody it had at the second reading
 * @param standing wakeups for which an earlier decision stood
 * @param kernelDispatched that never came to user space: the wakeup fast path and kernel rules
 */
record Custody(
    long queued,
    long dispatched,
    long cancelled,
    long inCustody,
    long standing,
    long kernelDispatched) {

  /**
   * Puts two readings together.
   *
   * @param before the reading that set the connection's baseline: its gauges count
   * @param after counters since then, gauges as they are
   */
  static Custody of(Map<String, Long> before, Map<String, Long> after) {
    return new Custody(
        get(before, "nr_custody") + get(after, "nr_total_queued"),
        get(after, "nr_user_dispatches"),
        get(after, "nr_custody_cancels"),
        get(after, "nr_custody"),
        get(after, "nr_standing"),
        get(after, "nr_kernel_dispatches"));
  }

  /** Whether no task was lost, and there were tasks at all. */
  boolean holds() {
    return queued > 0 && queued == dispatched + cancelled + inCustody;
  }

  /** The rule with its numbers. */
  String line() {
    return String.format(
        "queued %,d = dispatched %,d + cancelled %,d + in custody %,d%s",
        queued, dispatched, cancelled, inCustody, holds() ? "" : "  DOES NOT HOLD");
  }

  private static long get(Map<String, Long> counters, String name) {
    Long value = counters.get(name);
    if (value == null) {
      throw new Failure("the scheduler's stats have no " + name);
    }
    return value;
  }
}
