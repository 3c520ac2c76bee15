// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.io.IOException;
import java.time.Duration;
import org.jland.scheduler.HostileScheduler;
import org.jland.scheduler.HostileScheduler.Manner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who misleads the BPF side keeps nobody waiting for long, not even on the only CPU. */
@Tag("instructions")
@Tag("one-cpu")
class HostileVmTest {
  private static final Duration TIME = Duration.ofSeconds(2);

  /** Seven tasks of the load compute or fork; each may take a slice of 20 ms before it is ours. */
  private static final Duration BOUND = FaultLoad.BOUND.multipliedBy(2);

  @org.junit.jupiter.api.extension.RegisterExtension final Guest guest = new Guest();

  @ParameterizedTest
  @EnumSource(
      value = Manner.class,
      names = {"HOLDS_ONE", "NO_BURSTS", "SILENT", "SPINS", "TWICE"})
  void theOnlyCpuIsNotMonopolised(Manner manner) throws IOException {
    try (HostileScheduler scheduler = HostileScheduler.attach(1);
        FaultLoad load = FaultLoad.start(guest)) {
      load.during(
              manner.toString(),
              () -> {
                scheduler.be(manner);
                Wait.pause(TIME);
                scheduler.be(Manner.GOOD);
              })
          .assertAtMost(BOUND);
      load.end();
      scheduler.end();
    }
  }
}
