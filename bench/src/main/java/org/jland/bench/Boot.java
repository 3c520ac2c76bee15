// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

/**
 * One machine from boot to end, or one use of a real one. Figures of different boots are compared
 * with more caution than those of one.
 *
 * @param id unique within the results
 * @param kernel its release
 * @param cpus CPUs online
 * @param clock {@link #INSTRUCTIONS} or {@link #REAL}
 * @param machine what it was: {@code guest}; with the host's processor where its time counts
 */
public record Boot(String id, String kernel, int cpus, String clock, String machine) {
  /** A nanosecond is an instruction: the same on every host. */
  public static final String INSTRUCTIONS = "instructions";

  /** Host time: it depends on the host, and on what else that does. */
  public static final String REAL = "real";

  /** Whether its times are the host's. */
  public boolean isRealTime() {
    return clock.equals(REAL);
  }
}
