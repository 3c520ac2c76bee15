// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

/**
 * Knows the end of the queue in the policy's own unit, whatever that is: the latest vtime among its
 * last decisions. Who is put there stands behind all that wait, and before what the policy decides
 * later, if its vtimes grow. Scheduler thread only.
 */
final class Places {

  /** So many decisions are remembered at least, twice as many at most. */
  static final int REMEMBERED = 256;

  private long latest;
  private long latestBefore;
  private int decisions;

  /** Nothing was decided: all places are alike. */
  Places() {}

  /** The policy gave this vtime. As the kernel does, compares by the difference. */
  void given(long vtime) {
    if (decisions == 0 || vtime - latest > 0) {
      latest = vtime;
    }
    if (++decisions == REMEMBERED) {
      latestBefore = latest;
      decisions = 0;
    }
  }

  /** Returns the vtime of who stands behind all others. */
  long end() {
    return latest - latestBefore > 0 ? latest : latestBefore;
  }
}
