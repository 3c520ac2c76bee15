// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

/** Rings that are full before long. */
public final class SmallRings {
  private SmallRings() {}

  /** Runs policies with rings of this many records and decisions. */
  public static KernelRunner runner(int queuedSlots, int dispatchedSlots) {
    return new KernelRunner(topology -> new RingSizes(queuedSlots, dispatchedSlots));
  }
}
