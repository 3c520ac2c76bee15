// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.junit.jupiter.api.Test;

class CostWorkloadTest {
  private static final int WAKEUPS = 19_200;

  private static Metrics metrics(long byUserSpace, long byTheKernel) {
    long[] values = new long[Metric.count()];
    values[Metric.NR_USER_DISPATCHES.ordinal()] = byUserSpace;
    values[Metric.NR_KERNEL_DISPATCHES.ordinal()] = byTheKernel;
    return Metrics.of(values);
  }

  @Test
  void schedulerThatCountsItsDecisionsIsAsked() throws WorkloadException {
    assertEquals(19_777, CostWorkload.decisions(metrics(19_777, 40)));
  }

  @Test
  void decisionThatStandsCountsForEachWakeUp() throws WorkloadException {
    long[] values = new long[Metric.count()];
    values[Metric.NR_USER_DISPATCHES.ordinal()] = 777;
    values[Metric.NR_STANDING.ordinal()] = 19_000;
    assertEquals(19_777, CostWorkload.decisions(Metrics.of(values)));
  }

  /** scx_rustland counts decisions for an idle CPU only. */
  @Test
  void schedulerThatDoesNotCountThemDecidesOncePerWakeUp() throws WorkloadException {
    assertEquals(WAKEUPS, CostWorkload.decisions(metrics(0, 300)));
    assertEquals(WAKEUPS, CostWorkload.decisions(Metrics.NONE));
  }

  @Test
  void wakeUpsThatWentPastTheSchedulerAreNoDecisions() {
    WorkloadException e =
        assertThrows(WorkloadException.class, () -> CostWorkload.decisions(metrics(100, 19_100)));
    assertTrue(e.getMessage().contains("19100 tasks went past it"), e::getMessage);
  }
}
