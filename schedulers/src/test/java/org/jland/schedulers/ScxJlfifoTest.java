// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static org.jland.schedulers.ModelMachine.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jland.policy.Policy;
import org.jland.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;

class ScxJlfifoTest extends PolicyContractTest {

  @Override
  Policy policy() {
    return new ScxJlfifo(SchedulerConfig.defaults("scx_jlfifo"));
  }

  @Test
  void whoComesFirstRunsFirstForOneSlice() {
    ModelMachine machine = new ModelMachine(policy(), 1, 1);
    machine.start(9, 100, 0, ModelTask.fixed(100 * MS, -1));
    for (int pid : new int[] {5, 3, 8, 1}) {
      machine.start(pid, pid * 100, pid == 5 ? 1 : 2, ModelTask.fixed(30 * MS, -1));
    }
    machine.runOut();
    assertEquals(
        List.of(9, 5, 3, 8, 1, 9, 5, 3, 8, 1, 9),
        machine.trace.stream().map(ModelMachine.Turn::pid).limit(11).toList());
    assertTrue(machine.trace.stream().allMatch(turn -> turn.sliceNs() == 20 * MS));
  }
}
