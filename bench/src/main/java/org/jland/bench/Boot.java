// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

/**
 * One machine from boot to end, or one use of a real one. Figures of different boots are compared
 * with more caution than those of one.
 *
 * @param id unique within the results
 * @param kernel its release
 * @param cpus CPUs online
 * @param clock {@code instructions}, {@code real}
 * @param machine what it was: {@code guest (TCG_INSTRUCTIONS)}, {@code this machine}
 */
public record Boot(String id, String kernel, int cpus, String clock, String machine) {}
