// SPDX-License-Identifier: Apache-2.0
package org.jland.cli.soak;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One round of the soak. A round depends on the seed and its number only, so it can be had again
 * without those before it.
 *
 * @param number from 1
 * @param options of scx_jland; the same as before in most rounds
 * @param loads at least one
 * @param faults in their order, may be none
 * @param seconds how long it takes, faults that need longer apart
 */
record SoakRound(
    int number, List<String> options, Set<SoakLoad> loads, List<SoakFault> faults, int seconds) {
  private static final int MIN_SECONDS = 20;
  private static final int MAX_SECONDS = 60;
  private static final int MAX_LOADS = 3;
  private static final int MAX_FAULTS = 3;

  /** Rounds that share their options: to start a scheduler takes time that is not soaked. */
  private static final int ROUNDS_PER_OPTIONS = 4;

  private static final List<List<String>> OPTIONS =
      List.of(
          List.of(),
          List.of("-s", "5000"),
          List.of("-s", "100000", "-S", "5000"),
          List.of("-l"),
          List.of("--stall-ms", "30"),
          List.of("--stall-ms", "1000"),
          List.of("--lag-bound-ms", "30"),
          List.of("--preempt-used-us", "0"),
          List.of("--preempt-protect-us", "1000", "-s", "3000"));

  SoakRound {
    options = List.copyOf(options);
    loads = Collections.unmodifiableSet(EnumSet.copyOf(loads));
    faults = List.copyOf(faults);
  }

  /**
   * Draws a round.
   *
   * @param seed of the whole soak
   * @param number from 1
   */
  static SoakRound draw(long seed, int number) {
    Random optionsRandom = random(seed, -1 - (number - 1) / ROUNDS_PER_OPTIONS);
    List<String> options = OPTIONS.get(optionsRandom.nextInt(OPTIONS.size()));
    Random random = random(seed, number);
    EnumSet<SoakLoad> loads = EnumSet.noneOf(SoakLoad.class);
    int nrLoads = 1 + random.nextInt(MAX_LOADS);
    while (loads.size() < nrLoads) {
      loads.add(SoakLoad.values()[random.nextInt(SoakLoad.values().length)]);
    }
    List<SoakFault> faults = new ArrayList<>();
    int nrFaults = random.nextInt(MAX_FAULTS + 1);
    while (faults.size() < nrFaults) {
      faults.add(SoakFault.values()[random.nextInt(SoakFault.values().length)]);
    }
    int seconds = MIN_SECONDS + random.nextInt(MAX_SECONDS - MIN_SECONDS + 1);
    return new SoakRound(number, options, loads, faults, seconds);
  }

  /** Neighbouring numbers give unlike rounds. */
  private static Random random(long seed, int number) {
    return new Random(seed * 0x9e3779b97f4a7c15L + number * 0xbf58476d1ce4e5b9L);
  }

  /** One line for the reader. */
  String line() {
    return "round "
        + number
        + ": scx_jland"
        + (options.isEmpty() ? "" : " " + String.join(" ", options))
        + ", loads "
        + loads
        + ", faults "
        + faults
        + ", "
        + seconds
        + " s";
  }
}
