// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

/**
 * How long tasks were in user space's hands. Times in ns.
 *
 * @param custody from the record to the insertion in a DSQ
 * @param untilRead of this, until the scheduler thread got a CPU
 * @param deciding of this, until it left the CPU again
 * @param untilInserted of this, until a CPU carried the decision out
 * @param burstSizes decisions of each burst that made any
 * @param runs how long the scheduler thread kept a CPU
 * @param maxHeld the most tasks that the policy kept when its thread left a CPU
 */
public record CustodyTimes(
    Distribution custody,
    Distribution untilRead,
    Distribution deciding,
    Distribution untilInserted,
    Distribution burstSizes,
    Distribution runs,
    long maxHeld) {}
