// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import org.jland.topology.Topology;

/**
 * How much the rings hold. Powers of 2, at least 2.
 *
 * @param queuedSlots records in each ring towards user space
 * @param dispatchedSlots decisions
 */
record RingSizes(int queuedSlots, int dispatchedSlots) {
  private static final int MAX_QUEUED_SLOTS = 4096;
  private static final int MIN_QUEUED_SLOTS = 64;
  private static final int DISPATCHED_SLOTS = 8192;
  private static final long QUEUED_BUDGET_BYTES = 16 << 20;

  RingSizes {
    if (!isRingSize(queuedSlots) || !isRingSize(dispatchedSlots)) {
      throw new IllegalArgumentException(queuedSlots + " records, " + dispatchedSlots);
    }
  }

  private static boolean isRingSize(int slots) {
    return slots >= 2 && Integer.bitCount(slots) == 1;
  }

  /** What a machine gets: many CPUs have smaller rings. */
  static RingSizes of(Topology topology) {
    long fitting = QUEUED_BUDGET_BYTES / topology.nrCpuIds() / QueuedRings.bytes(1);
    int slots = Integer.highestOneBit((int) Math.min(fitting, MAX_QUEUED_SLOTS));
    return new RingSizes(Math.max(slots, MIN_QUEUED_SLOTS), DISPATCHED_SLOTS);
  }
}
