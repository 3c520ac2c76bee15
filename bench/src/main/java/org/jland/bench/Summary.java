// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

import java.util.Collection;

/**
 * Some runs' figure as one.
 *
 * @param count how many runs
 * @param median the middle one, or the mean of the two in the middle
 * @param min the least
 * @param max the greatest
 */
public record Summary(int count, double median, double min, double max) {

  /**
   * Sums up.
   *
   * @param values at least one
   */
  public static Summary of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Summary(sorted.length, median, sorted[0], sorted[sorted.length - 1]);
  }

  /** Distance between the least and the greatest. */
  public double spread() {
    return max - min;
  }

  /**
   * Whether the medians are further apart than either's runs are: anything less is no difference.
   */
  public boolean differsFrom(Summary other) {
    return Math.abs(median - other.median) > Math.max(spread(), other.spread());
  }
}
