// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.model;

import java.util.BitSet;

/**
 * The recording itself.
 *
 * @param kernel release of the kernel
 * @param scheduler name of the sched_ext scheduler that was attached, empty for the kernel's own
 * @param schedulerTid its thread, if it is one of jland's, else 0: on an idle machine it waits by
 *     design, and no analysis counts it as waiting
 * @param cpus the CPUs that were online
 * @param quietIdle CPUs without any switch that idled all the time
 * @param startNs when it began, CLOCK_MONOTONIC
 * @param endNs when it ended: nothing that came later is in it
 * @param custody whether the steps of jland's BPF side were recorded
 * @param lostEvents events for which there was no room; {@code endNs} is before the first of them
 * @param askedNs how long it ought to have been: longer than it is if events were lost
 */
public record TraceInfo(
    String kernel,
    String scheduler,
    int schedulerTid,
    BitSet cpus,
    BitSet quietIdle,
    long startNs,
    long endNs,
    boolean custody,
    long lostEvents,
    long askedNs) {

  /** How long it is, ns. */
  public long lengthNs() {
    return endNs - startNs;
  }
}
