// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import java.util.Arrays;

/** The values of all metrics at one moment, or what was added between two. Immutable. */
public final class Metrics {

  /** All zero. */
  public static final Metrics NONE = new Metrics(new long[Metric.count()]);

  private final long[] values;

  private Metrics(long[] values) {
    this.values = values;
  }

  /**
   * Reads a source.
   *
   * @param source the source
   * @return its values now
   */
  public static Metrics of(MetricsSource source) {
    long[] values = new long[Metric.count()];
    source.sample(values);
    return new Metrics(values);
  }

  /**
   * Copies values.
   *
   * @param values indexed by the metrics' ordinal
   * @return them
   */
  public static Metrics of(long[] values) {
    return new Metrics(Arrays.copyOf(values, Metric.count()));
  }

  /**
   * Returns one value.
   *
   * @param metric which
   */
  public long get(Metric metric) {
    return values[metric.ordinal()];
  }

  /**
   * Subtracts an earlier sample.
   *
   * @param baseline the earlier one
   * @return counters: what was added; gauges: as they are here
   */
  public Metrics since(Metrics baseline) {
    long[] delta = values.clone();
    for (Metric metric : Metric.values()) {
      if (metric.kind() == Metric.Kind.COUNTER) {
        delta[metric.ordinal()] -= baseline.get(metric);
      }
    }
    return new Metrics(delta);
  }

  /** Returns whether every task is accounted for: queued = dispatched + cancelled + in custody. */
  public boolean isConserved() {
    return get(Metric.NR_TOTAL_QUEUED)
        == get(Metric.NR_USER_DISPATCHES) + get(Metric.NR_CUSTODY_CANCELS) + get(Metric.NR_CUSTODY);
  }

  /** Returns the conservation rule with its numbers. */
  public String conservation() {
    return "queued "
        + get(Metric.NR_TOTAL_QUEUED)
        + " = dispatched "
        + get(Metric.NR_USER_DISPATCHES)
        + " + cancelled "
        + get(Metric.NR_CUSTODY_CANCELS)
        + " + in custody "
        + get(Metric.NR_CUSTODY)
        + (isConserved() ? "" : " DOES NOT HOLD");
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Metrics[");
    for (Metric metric : Metric.values()) {
      text.append(metric.ordinal() == 0 ? "" : " ");
      text.append(metric.fieldName()).append('=').append(get(metric));
    }
    return text.append(']').toString();
  }
}
