// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

/**
 * What a policy did wrong so far.
 *
 * @param policy its class's name
 * @param faults how many exceptions it threw
 * @param first the first of them, null if there was none
 * @param givenUp whether it is not asked any more
 */
public record PolicyHealth(String policy, long faults, Throwable first, boolean givenUp) {}
