// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

/**
 * One wait of one task for a CPU. Times are ns of CLOCK_MONOTONIC.
 *
 * @param pid who
 * @param comm its name
 * @param cause why it waited
 * @param wakerPid who woke it, if it was woken
 * @param wakerComm the waker's name, maybe empty
 * @param sinceNs from when
 * @param untilNs when it got a CPU, or the recording ended
 * @param cpu the CPU that it got, {@link #NO_CPU} if it got none
 * @param path by what way
 * @param queuedNs when jland's user space was asked, 0 if it was not
 * @param run the run of the scheduler thread that decided, null if none did
 * @param placedNs when it was put into a DSQ, 0 if that is not known
 * @param target where to: a CPU, -1 for any, below that an LLC
 */
record Wait(
    int pid,
    String comm,
    Replay.Cause cause,
    int wakerPid,
    String wakerComm,
    long sinceNs,
    long untilNs,
    int cpu,
    WakePath path,
    long queuedNs,
    SchedulerRuns.Run run,
    long placedNs,
    int target) {
  static final int NO_CPU = -1;

  long lengthNs() {
    return untilNs - sinceNs;
  }
}
