// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

/** A cut of the counters, summed over all CPUs. Immutable. */
public final class CounterSnapshot {

  private final long[] sums;
  private final boolean consistent;

  CounterSnapshot(long[] sums, boolean consistent) {
    this.sums = sums.clone();
    this.consistent = consistent;
  }

  /**
   * Returns a counter.
   *
   * @param counter which
   * @return its sum over all CPUs
   */
  public long get(Counter counter) {
    return sums[counter.ordinal()];
  }

  /** Returns the tasks that only user space can make run: queued, held, or decided just now. */
  public long inCustody() {
    return get(Counter.CUSTODY_IN) - get(Counter.CUSTODY_OUT);
  }

  /**
   * Returns whether this is a cut in which no event is half counted. It fails only if the counters
   * changed all the time during thousands of tries.
   */
  public boolean isConsistent() {
    return consistent;
  }

  /** Returns whether no task is lost: queued = dispatched + cancelled + in custody. */
  public boolean isConserved() {
    return get(Counter.NR_QUEUED)
        == get(Counter.NR_USER_DISPATCHES) + get(Counter.NR_CUSTODY_CANCELS) + inCustody();
  }

  /** Returns the conservation line with its numbers. */
  public String conservation() {
    return "queued "
        + get(Counter.NR_QUEUED)
        + " = dispatched "
        + get(Counter.NR_USER_DISPATCHES)
        + " + cancelled "
        + get(Counter.NR_CUSTODY_CANCELS)
        + " + in custody "
        + inCustody()
        + (isConserved() ? "" : " DOES NOT HOLD");
  }
}
