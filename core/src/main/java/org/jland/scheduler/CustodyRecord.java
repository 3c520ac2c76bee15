// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

/**
 * One step of one task, as the BPF side saw it.
 *
 * @param timeNs CLOCK_MONOTONIC
 * @param cpu where it happened
 * @param step what happened
 * @param pid the task, or the scheduler thread
 * @param generation which stay in custody; 0 if user space had no part in it
 * @param target a CPU, -1 for any, below -1 for an LLC, or a number: see {@link CustodyStep}
 * @param flags for QUEUED those of the record, for INSERTED 1 if it could not go where it was
 *     decided
 */
public record CustodyRecord(
    long timeNs, int cpu, CustodyStep step, int pid, long generation, int target, int flags) {}
