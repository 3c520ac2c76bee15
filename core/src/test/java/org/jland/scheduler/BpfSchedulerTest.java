// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jland.policy.KernelRules;
import org.jland.topology.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the connection to the kernel without a kernel. */
class BpfSchedulerTest {

  private static final SchedulerConfig CONFIG = SchedulerConfig.defaults("scx_test");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 64, 1024})
  void everyKnobAndMapIsInTheShippedObjectAndHasTheRightSize(int nrCpus) {
    assertDoesNotThrow(() -> {
      Topology topology = Machines.ofCpus(nrCpus, 1);
      BpfScheduler.configured(CONFIG, topology, KernelRules.NONE, RingSizes.of(topology));
    });
  }

  @Test
  void aMachineWithTooManyCpusIsRefusedWithItsNumbers() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> BpfScheduler.load(CONFIG, Machines.ofCpus(1025, 1), KernelRules.NONE, pid -> {}));
    assertTrue(refusal.getMessage().contains("1024"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("1023"), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 500, 3999, 4000, 5000, 30_000})
  void twoHeartbeatsFitInTheWatchdogsTimeout(int timeoutMs) {
    long heartbeatNs = BpfScheduler.heartbeatNs(timeoutMs);
    assertTrue(heartbeatNs > 0 && 2 * heartbeatNs <= timeoutMs * 1_000_000L, "" + heartbeatNs);
  }

  @Test
  void theHeartbeatIsNeverSlowerThanASecond() {
    assertEquals(1_000_000_000, BpfScheduler.heartbeatNs(30_000));
  }
}
