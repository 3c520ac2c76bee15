// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jland.bench.run.Suite;
import org.jland.vm.Clock;

/**
 * Rows that are measured in one boot.
 *
 * @param rows names
 * @param machine what they need
 * @param seconds time on its clock, roughly
 */
record BenchChunk(List<String> rows, Machine machine, double seconds) {

  /**
   * What a boot is.
   *
   * @param clock what its time is made of
   * @param cpus how many
   */
  record Machine(Clock clock, int cpus) implements Comparable<Machine> {
    @Override
    public int compareTo(Machine other) {
      return Comparator.comparing(Machine::clock).thenComparing(Machine::cpus).compare(this, other);
    }
  }

  /** Start, warm-up and detach of a scheduler. */
  private static final double ATTACH_S = 8;

  /** Of the machine's clock; in instruction time a guest takes up to six times as long. */
  private static final double MAX_S = 420;

  /**
   * Shares rows out: those that need another number of CPUs or another clock apart, none too long,
   * and as many boots as can run at once.
   *
   * @param usual for rows that don't care
   * @param rounds how often each opponent runs all rows of a boot
   * @param opponents how many
   * @param atOnce boots in instruction time that run at the same time; others run alone
   */
  static List<BenchChunk> plan(
      List<String> rows, Machine usual, int rounds, int opponents, int atOnce) {
    Map<Machine, List<String>> byMachine = new TreeMap<>();
    for (String row : rows) {
      byMachine.computeIfAbsent(machine(row, usual), key -> new ArrayList<>()).add(row);
    }
    List<BenchChunk> chunks = new ArrayList<>();
    byMachine.forEach((machine, wanted) -> {
      double all = wanted.stream().mapToDouble(Suite::seconds).sum();
      double most = MAX_S / (rounds * opponents) - ATTACH_S;
      int least = machine.clock() == Clock.INSTRUCTIONS ? atOnce : 1;
      int boots = Math.min(wanted.size(), Math.max(least, (int) Math.ceil(all / most)));
      chunks.addAll(share(wanted, machine, boots, rounds * opponents));
    });
    chunks.sort((a, b) -> Double.compare(b.seconds(), a.seconds()));
    return chunks;
  }

  private static Machine machine(String row, Machine usual) {
    return new Machine(
        Suite.isRealTime(row) ? Clock.SINGLE : usual.clock(),
        Suite.cpus(row) == 0 ? usual.cpus() : Suite.cpus(row));
  }

  /** The longest row first, each to the boot that has the least to do. */
  private static List<BenchChunk> share(List<String> rows, Machine machine, int boots, int turns) {
    List<List<String>> shares = new ArrayList<>();
    double[] seconds = new double[boots];
    for (int i = 0; i < boots; i++) {
      shares.add(new ArrayList<>());
    }
    List<String> longestFirst = new ArrayList<>(rows);
    longestFirst.sort((a, b) -> Double.compare(Suite.seconds(b), Suite.seconds(a)));
    for (String row : longestFirst) {
      int least = 0;
      for (int i = 1; i < boots; i++) {
        least = seconds[i] < seconds[least] ? i : least;
      }
      shares.get(least).add(row);
      seconds[least] += Suite.seconds(row);
    }
    List<BenchChunk> chunks = new ArrayList<>();
    for (int i = 0; i < boots; i++) {
      // In the suite's order, whatever the order in which they were shared out.
      List<String> share = shares.get(i);
      chunks.add(
          new BenchChunk(
              rows.stream().filter(share::contains).toList(),
              machine,
              turns * (seconds[i] + ATTACH_S)));
    }
    return chunks;
  }
}
