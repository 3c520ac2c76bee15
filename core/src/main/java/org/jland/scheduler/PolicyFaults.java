// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

/**
 * What a policy did wrong. Written by the scheduler thread, read by any; the first fault's stack is
 * kept, the others are counted. A policy that fails all the time is given up.
 */
final class PolicyFaults {

  /** So many faults within a second are no mishap. */
  static final int MAX_PER_SECOND = 100;

  private static final long WINDOW_NS = 1_000_000_000;

  private final String policy;
  private volatile Throwable first;
  private volatile long count;
  private volatile boolean givenUp;
  private long windowStartNs;
  private int inWindow;

  /**
   * No faults yet.
   *
   * @param policy the policy's name, for messages
   */
  PolicyFaults(String policy) {
    this.policy = policy;
  }

  /**
   * Notes a fault. Scheduler thread only.
   *
   * @param fault what was thrown
   * @param nowNs the time, ns
   * @throws RingException if that is what it is: no policy can be blamed for it, nor go on
   */
  void add(Throwable fault, long nowNs) {
    if (fault instanceof RingException broken) {
      throw broken;
    }
    if (first == null) {
      first = fault;
    }
    count = count + 1;
    if (nowNs - windowStartNs > WINDOW_NS) {
      windowStartNs = nowNs;
      inWindow = 0;
    }
    inWindow++;
    // Out of memory: what the policy keeps must go, or nothing else works any more.
    if (inWindow >= MAX_PER_SECOND || fault instanceof OutOfMemoryError) {
      givenUp = true;
    }
  }

  /** Returns the first fault, null if there was none. */
  Throwable first() {
    return first;
  }

  /** Returns how many faults there were. */
  long count() {
    return count;
  }

  /** Returns all of it. Any thread. */
  PolicyHealth health() {
    return new PolicyHealth(policy, count, first, givenUp);
  }

  /** Returns whether the policy is not asked any more: there is no way back. */
  boolean isGivenUp() {
    return givenUp;
  }
}
