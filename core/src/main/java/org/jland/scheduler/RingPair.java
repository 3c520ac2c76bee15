// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.lang.foreign.MemorySegment;

/**
 * The memory that a loop works on: the kernel's maps, or a copy of them for the warm-up.
 *
 * @param queued rings towards user space, one per CPU number
 * @param nrRings how many
 * @param queuedSlots records in each
 * @param dispatched ring of decisions
 * @param dispatchedSlots its decisions
 * @param control {@code struct shared_ctl}
 * @param idleCpus bitmap of idle CPUs
 * @param exitKind the word that becomes non-zero when the kernel lets go
 */
record RingPair(
    MemorySegment queued,
    int nrRings,
    int queuedSlots,
    MemorySegment dispatched,
    int dispatchedSlots,
    MemorySegment control,
    MemorySegment idleCpus,
    MemorySegment exitKind) {}
