// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * One run of one workload under one scheduler.
 *
 * @param row the workload
 * @param opponent the scheduler
 * @param run from 1 on; 0 is the run that is traced and warms up, and has no figures
 * @param boot where it ran
 * @param values number of each figure; empty if void
 * @param idleWhileRunnable share (0..1) of the CPUs' time in which one idled although a task that
 *     may run there waited; only in run 0
 * @param longestWaitUs the longest time that a runnable task waited for a CPU; only in run 0
 * @param voided why this run counts for nothing; absent if it counts
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Sample(
    String row,
    String opponent,
    int run,
    String boot,
    Map<String, Double> values,
    Double idleWhileRunnable,
    Double longestWaitUs,
    String voided) {

  /** A run that counts. */
  public static Sample of(
      String row, String opponent, int run, String boot, Map<String, Double> values) {
    return new Sample(row, opponent, run, boot, Map.copyOf(values), null, null, null);
  }

  /** The traced run. */
  public static Sample traced(
      String row, String opponent, String boot, double idleWhileRunnable, double longestWaitUs) {
    return new Sample(row, opponent, 0, boot, Map.of(), idleWhileRunnable, longestWaitUs, null);
  }

  /** A run that counts for nothing. */
  public static Sample voided(String row, String opponent, int run, String boot, String why) {
    return new Sample(row, opponent, run, boot, Map.of(), null, null, why);
  }

  /** Whether it counts. */
  public boolean counts() {
    return voided == null;
  }
}
