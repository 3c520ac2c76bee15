// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jland.bench.Opponent;

/**
 * What one boot measures.
 *
 * @param boot the boot's name in the results
 * @param clock {@code instructions} or {@code real}
 * @param machine as in {@link org.jland.bench.Boot}
 * @param opponents in the order in which they take turns
 * @param rows names
 * @param runs of each row and opponent, the traced one apart
 * @param done what is there already, as {@link #key} names it
 */
public record Plan(
    String boot,
    String clock,
    String machine,
    List<Opponent> opponents,
    List<String> rows,
    int runs,
    Set<String> done) {

  /** Copies the collections. */
  public Plan {
    opponents = List.copyOf(opponents);
    rows = List.copyOf(rows);
    done = Set.copyOf(done);
  }

  /** The name of one run of one row under one opponent. */
  public static String key(String row, String opponent, int run) {
    return row + "\n" + opponent + "\n" + run;
  }

  /** The rows that {@code opponent} has still to run in a round. */
  List<Workload> missing(Opponent opponent, int run) {
    return rows.stream()
        .filter(row -> !done.contains(key(row, opponent.name(), run)))
        .map(Suite::workload)
        .flatMap(Optional::stream)
        .filter(workload -> !workload.row().schedulersOnly() || !opponent.isDefault())
        .toList();
  }
}
