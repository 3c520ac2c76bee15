// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

/** Where metrics come from. Called on the stats threads, several at a time. */
@FunctionalInterface
public interface MetricsSource {

  /**
   * Reads all metrics: totals since attach for counters, the present state for gauges. Must not
   * block.
   *
   * @param into an array of {@link Metric#count()} zeros, indexed by ordinal; what is not known
   *     stays 0
   */
  void sample(long[] into);
}
