// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import org.jland.bench.Better;

/**
 * What became of one figure.
 *
 * @param row the workload
 * @param opponent the scheduler
 * @param contrast the older measurement, and the newer one held against it
 */
public record Change(String row, String opponent, Contrast contrast) {

  /**
   * By how many percent of the older median the newer one is worse; negative if it is better,
   * infinite if the older one is 0. Says nothing of the spread, as {@link Contrast#verdict} does.
   */
  public double percentWorse() {
    double percent = contrast.percent();
    return contrast.figure().better() == Better.LOWER || percent == 0 ? percent : -percent;
  }

  /** One line: {@code hackbench, scx_jland, time: 1.698 s, then 2.1 s: +23.7 % worse}. */
  public String text() {
    String unit = Printable.line(contrast.figure().unit());
    return Printable.line(row)
        + ", "
        + Printable.line(opponent)
        + ", "
        + Printable.line(contrast.figure().name())
        + ": "
        + Numbers.text(contrast.base().median(), unit)
        + ", then "
        + Numbers.text(contrast.other().median(), unit)
        + ": "
        + contrast.text();
  }
}
