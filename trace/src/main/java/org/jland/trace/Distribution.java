// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.util.Arrays;

/** Numbers, most often times in ns, and what is said of them. Immutable. */
public final class Distribution {
  private final long[] sorted;
  private final long sum;

  private Distribution(long[] sorted) {
    this.sorted = sorted;
    sum = Arrays.stream(sorted).sum();
  }

  /** Collects numbers; one owner thread. */
  static final class Builder {
    private long[] values = new long[64];
    private int count;

    void add(long value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }

    Distribution build() {
      long[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      return new Distribution(sorted);
    }
  }

  /** How many there are. */
  public int count() {
    return sorted.length;
  }

  /** All together. */
  public long sum() {
    return sum;
  }

  /** The largest, 0 if there is none. */
  public long max() {
    return sorted.length == 0 ? 0 : sorted[sorted.length - 1];
  }

  /** The average, 0 if there is none. */
  public double mean() {
    return sorted.length == 0 ? 0 : (double) sum / sorted.length;
  }

  /**
   * The smallest number that {@code percent} of all do not exceed, 0 if there is none.
   *
   * @param percent above 0, up to 100
   */
  public long percentile(double percent) {
    if (sorted.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }

  /** How many are at least {@code from} and below {@code to}. */
  public int between(long from, long to) {
    return below(to) - below(from);
  }

  private int below(long limit) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
