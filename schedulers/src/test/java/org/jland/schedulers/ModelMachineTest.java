// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static org.jland.schedulers.ModelMachine.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.junit.jupiter.api.Test;

/** The machine notices what a bad policy does: a contract that cannot fail proves nothing. */
class ModelMachineTest {

  private static ModelMachine loaded(Policy policy) {
    ModelMachine machine = new ModelMachine(policy, 1, 1);
    for (int pid = 1; pid <= 5; pid++) {
      machine.start(pid, 100, 0, ModelTask.fixed(50 * MS, -1));
    }
    return machine;
  }

  @Test
  void aTaskThatAPolicyForgetsNeverEndsAndStaysInCustody() {
    ModelMachine machine =
        loaded((task, out) -> {
          if (task.pid() != 3) {
            out.dispatch(task.id(), 0, 0);
          }
        });
    machine.runOut();
    assertEquals(List.of(3), machine.alive().stream().map(task -> task.pid).toList());
    assertEquals(1, machine.inCustody());
  }

  @Test
  void aTaskThatIsDispatchedTwiceRunsOnceAndTheSecondIsCancelled() {
    ModelMachine machine =
        loaded((task, out) -> {
          out.dispatch(task.id(), 0, 0);
          out.dispatch(task.id(), 0, 0);
        });
    machine.runOut();
    assertEquals(List.of(), machine.alive());
    assertEquals(machine.nrQueued, machine.nrDispatched);
    assertEquals(machine.nrQueued, machine.nrCancelled);
  }

  @Test
  void aViewThatIsKeptShowsNonsense() {
    TaskView[] kept = new TaskView[1];
    ModelMachine machine =
        loaded((task, out) -> {
          kept[0] = task;
          out.dispatch(task.id(), 0, 0);
        });
    machine.runOut();
    assertTrue(kept[0].enqTs() < 0);
  }

  @Test
  void aTaskRunsForItsSliceThenForItsRestAndSleepsBetween() {
    ModelMachine machine =
        new ModelMachine((task, out) -> out.dispatch(task.id(), 7 * MS, 0), 1, 1);
    ModelTask hog = machine.start(1, 100, 0, ModelTask.HOG);
    ModelTask sleeper = machine.start(2, 100, 10 * MS, ModelTask.fixed(10 * MS, 20 * MS));
    machine.run(100 * MS);
    long start = machine.trace.getFirst().startNs();
    List<ModelMachine.Turn> turns = machine.trace.subList(0, 5);
    assertEquals(List.of(1, 2, 1, 2, 1), turns.stream().map(ModelMachine.Turn::pid).toList());
    // A slice of 20 ms for the first, then of 7; the sleeper needs 7 + 3, the hog waits meanwhile.
    assertEquals(
        List.of(0L, 20 * MS, 27 * MS, 34 * MS, 37 * MS),
        turns.stream().map(turn -> turn.startNs() - start).toList());
    assertTrue(hog.nrRuns > 2 && sleeper.nrRuns > 2);
  }

  @Test
  void aWakeupTakesAnIdleCpuWithoutAskingThePolicy() {
    ModelMachine machine =
        new ModelMachine(
            (task, out) -> {
              throw new AssertionError("asked for " + task);
            },
            2,
            1);
    machine.start(1, 100, 0, ModelTask.HOG);
    machine.start(2, 100, 0, ModelTask.fixed(MS, MS));
    machine.run(99 * MS);
    assertEquals(0, machine.nrQueued);
    assertEquals(50, machine.tasks.get(1).nrRuns);
  }
}
