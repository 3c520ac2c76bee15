// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static org.jland.schedulers.ModelMachine.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.jland.policy.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every policy that ships must do, whatever else it promises. */
abstract class PolicyContractTest {

  /** A new policy, with the options that the scheduler has by default. */
  abstract Policy policy();

  private ModelMachine machine(int nrCpus, long seed) {
    return new ModelMachine(policy(), nrCpus, seed);
  }

  /** Interactive tasks, batch tasks that end, some bound to a CPU; all of it from the seed. */
  private static void load(ModelMachine machine, int nrCpus, long seed) {
    Random random = new Random(seed);
    int[] weights = {1, 15, 100, 100, 100, 335, 10_000};
    for (int pid = 1; pid <= 40; pid++) {
      int weight = weights[random.nextInt(weights.length)];
      int cpu = pid % 5 == 0 ? random.nextInt(nrCpus) : -1;
      boolean batch = pid % 4 == 0;
      machine.start(
          pid,
          weight,
          cpu,
          random.nextLong(200 * MS),
          ModelTask.random(batch ? 200 * MS : 3 * MS, batch ? MS : 30 * MS, batch ? 8 : 60));
    }
  }

  private static void assertConserved(ModelMachine machine, long seed) {
    assertEquals(
        machine.nrQueued,
        machine.nrDispatched + machine.inCustody(),
        "seed " + seed + " at " + machine.now());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void everyTaskRunsToItsEndAndNothingIsLost(int nrCpus) {
    for (long seed = 1; seed <= 5; seed++) {
      ModelMachine machine = machine(nrCpus, seed);
      load(machine, nrCpus, seed);
      for (int i = 0; i < 100; i++) {
        machine.run(20 * MS);
        assertConserved(machine, seed);
      }
      machine.runOut();
      assertEquals(List.of(), machine.alive(), "seed " + seed);
      assertConserved(machine, seed);
      assertEquals(0, machine.nrCancelled, "seed " + seed);
      assertEquals(0, machine.nrBounced, "seed " + seed);
    }
  }

  @Test
  void aRingOfFewDecisionsLosesNothing() {
    for (long seed = 1; seed <= 5; seed++) {
      ModelMachine machine = new ModelMachine(policy(), 2, seed, 2);
      load(machine, 2, seed);
      machine.runOut();
      assertEquals(List.of(), machine.alive(), "seed " + seed);
      assertConserved(machine, seed);
    }
  }

  @Test
  void everyTaskRunsAgainAndAgainBesideTasksThatNeverSleep() {
    for (long seed = 1; seed <= 5; seed++) {
      ModelMachine machine = machine(2, seed);
      for (int pid = 100; pid < 108; pid++) {
        machine.start(pid, 100, 0, ModelTask.HOG);
      }
      machine.start(1, 100, 0, ModelTask.fixed(MS, 10 * MS));
      machine.start(2, 1, 0, ModelTask.fixed(MS, 10 * MS));
      machine.start(3, 100, 1, 0, ModelTask.fixed(5 * MS, MS));
      machine.run(10_000 * MS);
      for (ModelTask task : machine.tasks) {
        assertTrue(task.nrRuns >= 20, "seed " + seed + ": " + task + " ran " + task.nrRuns);
      }
    }
  }

  @Test
  void noCpuIdlesWhileATaskWaits() {
    ModelMachine machine = machine(3, 1);
    for (int pid = 1; pid <= 6; pid++) {
      machine.start(pid, 100, 0, ModelTask.HOG);
    }
    machine.run(3_000 * MS);
    long used = machine.tasks.stream().mapToLong(task -> task.cpuTimeNs).sum();
    // What a running task used of its slice is not counted yet.
    assertTrue(used >= 3 * 3_000 * MS - 3 * machine.longestSliceNs, used + " ns used");
  }

  @Test
  void aPidThatIsUsedAgainIsANewTask() {
    ModelMachine machine = machine(1, 1);
    machine.start(90, 100, 0, ModelTask.HOG);
    for (int i = 1; i <= 50; i++) {
      ModelTask task = machine.start(7, 2 * i, 0, ModelTask.random(2 * MS, 2 * MS, 5));
      for (int wait = 0; wait < 100 && task.state != ModelTask.State.ENDED; wait++) {
        machine.run(10 * MS);
      }
      assertEquals(ModelTask.State.ENDED, task.state, "life " + i);
    }
    assertConserved(machine, 1);
  }

  @Test
  void theSameSeedGivesTheSameTraceAndAnotherSeedAnother() {
    List<ModelMachine.Turn> first = trace(3);
    assertTrue(first.size() > 1000, "turns: " + first.size());
    assertEquals(first, trace(3));
    assertNotEquals(first, trace(4));
  }

  private List<ModelMachine.Turn> trace(long seed) {
    ModelMachine machine = machine(2, seed);
    load(machine, 2, 99);
    machine.runOut();
    return machine.trace;
  }
}
