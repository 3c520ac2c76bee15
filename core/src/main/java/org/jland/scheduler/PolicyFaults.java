// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

/**
 * What a policy did wrong. Written by the scheduler thread, read by any; the first fault's stack is
 * kept, the others are counted.
 */
public final class PolicyFaults {

  private volatile Throwable first;
  private volatile long count;

  PolicyFaults() {}

  /**
   * Notes a fault. Scheduler thread only.
   *
   * @throws RingException if that is what it is: no policy can be blamed for it, nor go on
   */
  void add(Throwable fault) {
    if (fault instanceof RingException broken) {
      throw broken;
    }
    if (first == null) {
      first = fault;
    }
    count = count + 1;
  }

  /** Returns the first fault, null if there was none. */
  public Throwable first() {
    return first;
  }

  /** Returns how many faults there were. */
  public long count() {
    return count;
  }
}
