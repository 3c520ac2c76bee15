// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.Optional;
import org.jland.bench.Summary;

/**
 * A line of a report: one figure of one scheduler, or of one of two measurements.
 *
 * @param name whose
 * @param summary what was measured; empty if no run counts
 * @param contrast to what it is held against; empty for that itself, and if either has no runs
 * @param runs how many there should be
 */
record Finding(String name, Optional<Summary> summary, Optional<Contrast> contrast, int runs) {

  /** How many runs count. */
  int count() {
    return summary.map(Summary::count).orElse(0);
  }

  /** Whether runs are void or were never made. */
  boolean lacksRuns() {
    return count() < runs;
  }

  /** What the difference is worth; {@link Verdict#NONE} if there is none to speak of. */
  Verdict verdict() {
    return contrast.map(Contrast::verdict).orElse(Verdict.NONE);
  }

  /** {@code 2 of 3 runs}, if that is not all; else nothing. */
  String shortfall() {
    if (!lacksRuns()) {
      return "";
    }
    return count() == 0 ? "no run counts" : count() + " of " + runs + " runs";
  }
}
