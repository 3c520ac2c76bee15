// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static org.jland.schedulers.ModelMachine.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jland.policy.Dispatcher;
import org.jland.policy.KernelRules;
import org.jland.policy.Policy;
import org.jland.schedulers.Decider.Decision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinePolicyTest extends PolicyContractTest {

  /** The defaults of scx_jland. */
  static final DeadlinePolicy.Tuning TUNING =
      new DeadlinePolicy.Tuning(20 * MS, MS, 100 * MS, 5 * MS, 0, false, true);

  private static final long BOUND = TUNING.lagBoundNs();

  private final Decider decider = new Decider(policy(), 2);

  @Override
  Policy policy() {
    return new DeadlinePolicy(TUNING);
  }

  static Stream<Arguments> hogs() {
    return Stream.of(
        Arguments.of(1, new int[] {50, 100, 200}),
        Arguments.of(1, new int[] {30, 100, 335}),
        Arguments.of(1, new int[] {50, 50, 50, 100, 100, 100, 200, 200, 200}),
        Arguments.of(2, new int[] {50, 50, 50, 100, 100, 100, 200, 200, 200}),
        Arguments.of(4, IntStream.range(0, 18).map(i -> 50 << i % 3).toArray()));
  }

  @ParameterizedTest
  @MethodSource("hogs")
  void tasksThatNeverSleepGetCpuTimeInProportionToTheirWeights(int nrCpus, int[] weights) {
    ModelMachine machine = new ModelMachine(policy(), nrCpus, 1);
    for (int i = 0; i < weights.length; i++) {
      machine.start(i + 1, weights[i], 0, ModelTask.HOG);
    }
    machine.run(20_000 * MS);
    double used = machine.tasks.stream().mapToLong(task -> task.cpuTimeNs).sum();
    int sum = IntStream.of(weights).sum();
    for (ModelTask task : machine.tasks) {
      double fair = used * task.weight / sum;
      assertEquals(1, task.cpuTimeNs / fair, 0.03, task + " of weight " + task.weight);
    }
  }

  @Test
  void whoIsDueMoreThanOneCpuHasOneAndTheOthersShareTheRestByTheirWeights() {
    ModelMachine machine = new ModelMachine(policy(), 2, 1);
    List<ModelTask> tasks = new ArrayList<>();
    for (int weight : new int[] {305, 100, 100, 33}) {
      tasks.add(machine.start(tasks.size() + 1, weight, 0, ModelTask.HOG));
    }
    machine.run(10_000 * MS);
    assertEquals(1, share(machine, tasks.get(0)), 0.01);
    assertEquals(100.0 / 233, share(machine, tasks.get(1)), 0.01);
    assertEquals(100.0 / 233, share(machine, tasks.get(2)), 0.01);
    assertEquals(33.0 / 233, share(machine, tasks.get(3)), 0.01);
  }

  /** CPU time in parts of the time since the start. */
  private static double share(ModelMachine machine, ModelTask task) {
    return (double) task.cpuTimeNs / (machine.now() - 1_000 * MS);
  }

  /** It is due less than it gets, and its vruntime is far from all others. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theLightestTasksDoNotSpoilTheSharesOfTheOthers(int nrLightest) {
    ModelMachine machine = new ModelMachine(policy(), 1, 1);
    ModelTask normal = machine.start(1, 100, 0, ModelTask.HOG);
    ModelTask heavy = machine.start(2, 305, 0, ModelTask.HOG);
    for (int i = 0; i < nrLightest; i++) {
      machine.start(3 + i, 1, 0, ModelTask.HOG);
    }
    machine.run(20_000 * MS);
    assertEquals(3.05, (double) heavy.cpuTimeNs / normal.cpuTimeNs, 0.15);
  }

  @Test
  void besideANormalTaskTheLightestGetsNoMoreThanTheShortestSlices() {
    ModelMachine machine = new ModelMachine(policy(), 1, 1);
    ModelTask lightest = machine.start(1, 1, 0, ModelTask.HOG);
    ModelTask normal = machine.start(2, 100, 0, ModelTask.HOG);
    machine.run(10_000 * MS);
    // Its due is a hundredth, but it does not wait for longer than the lag bound allows.
    double share = (double) lightest.cpuTimeNs / (lightest.cpuTimeNs + normal.cpuTimeNs);
    assertTrue(share > 0 && share < 0.05, "share " + share);
  }

  /**
   * The bound: whoever was enqueued more than the lag bound later comes behind, so then a task
   * waits only for the N - 1 others, each for one slice at most, which M CPUs work off:
   *
   * <pre>wait &lt;= bound + (N - 1) * longest slice / M</pre>
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void noTaskWaitsLongerThanTheLagBoundAndTheServiceOfThoseAhead(int nrCpus) {
    for (long seed = 1; seed <= 3; seed++) {
      ModelMachine machine = new ModelMachine(policy(), nrCpus, seed);
      machine.start(1, 1, 0, ModelTask.HOG);
      machine.start(2, 100, 0, ModelTask.HOG);
      machine.start(3, 1, 0, ModelTask.random(30 * MS, MS, Integer.MAX_VALUE));
      for (int pid = 4; pid <= 24; pid++) {
        machine.start(pid, 10_000, 0, ModelTask.random(4 * MS, 6 * MS, Integer.MAX_VALUE));
      }
      machine.run(10_000 * MS);
      long others = machine.tasks.size() - 1;
      long most = BOUND + others * machine.longestSliceNs / nrCpus;
      for (ModelTask task : machine.tasks) {
        assertTrue(task.nrRuns > 10, "seed " + seed + ": " + task);
        assertTrue(
            task.maxWaitNs <= most,
            "seed " + seed + ": " + task + " waited " + task.maxWaitNs + " ns of " + most);
      }
    }
  }

  @Test
  void whoIsEnqueuedMoreThanTheLagBoundLaterComesBehindWhateverBothDid() {
    Random random = new Random(1);
    long earliest = Long.MAX_VALUE;
    long latest = Long.MIN_VALUE;
    for (int i = 0; i < 100_000; i++) {
      decider.task(i & 255).weight(1 + random.nextInt(10_000));
      decider.used(random.nextLong(50 * MS) * (i & 1)).execRuntime(random.nextLong(200 * MS));
      decider.burst(random.nextLong(40 * MS) * (i >> 1 & 1)).setNew(random.nextInt(20) == 0);
      Decision decision = decider.decide(i * MS);
      earliest = Math.min(earliest, decision.vtime() - i * MS);
      latest = Math.max(latest, decision.vtime() - i * MS);
    }
    assertTrue(latest <= BOUND, "latest " + latest);
    assertTrue(latest - earliest <= BOUND, "from " + earliest + " to " + latest);
    assertTrue(latest - earliest > BOUND * 9 / 10, "the range is used");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aTaskThatSleepsComesBeforeThoseThatDoNot(int nrCpus) {
    ModelMachine machine = new ModelMachine(policy(), nrCpus, 1);
    for (int pid = 1; pid <= 3 * nrCpus; pid++) {
      machine.start(pid, 100, 0, ModelTask.HOG);
    }
    ModelTask sleeper = machine.start(100, 100, 5 * MS, ModelTask.fixed(MS, 16 * MS));
    machine.run(200 * MS); // the tasks show what they are
    int from = machine.trace.size();
    machine.run(5_000 * MS);
    List<ModelMachine.Turn> turns = machine.trace.subList(from, machine.trace.size());
    int woke = 0;
    for (int i = 0; i < turns.size(); i++) {
      ModelMachine.Turn turn = turns.get(i);
      if (turn.pid() == sleeper.pid) {
        woke++;
        long enqueued = turn.startNs() - turn.waitNs();
        for (int j = i - 1; j >= 0 && turns.get(j).startNs() > enqueued; j--) {
          assertEquals(turn.startNs(), turns.get(j).startNs(), turns.get(j) + " before " + turn);
        }
      }
    }
    assertTrue(woke > 100, "woke " + woke);
    assertTrue(machine.nrStanding > woke / 2, "standing " + machine.nrStanding);
  }

  @Test
  void aTaskThatSleptForLongIsNotAheadByMoreThanASlice() {
    for (int i = 0; i < 1000; i++) {
      decider.task(1).used(20 * MS).decide(i * 20 * MS);
    }
    decider.task(2).used(0).decide(0);
    long average = decider.task(3).forget().decide(0).cookie();
    decider.task(4).cookie(1).used(0).woke();
    assertEquals(average - TUNING.sliceNs(), decider.decide(0).cookie());
  }

  @Test
  void theSliceShrinksWithTheQueueGrowsWithTheWeightAndStaysWithinItsLimits() {
    decider.task(1);
    assertEquals(20 * MS, decider.waiting(0).decide(0).sliceNs());
    assertEquals(10 * MS, decider.waiting(2).decide(0).sliceNs());
    assertEquals(MS, decider.waiting(1000).decide(0).sliceNs());
    assertEquals(5 * MS, decider.waiting(2).weight(50).decide(0).sliceNs());
    assertEquals(20 * MS, decider.waiting(2).weight(10_000).decide(0).sliceNs());
    assertEquals(MS, decider.waiting(0).weight(1).decide(0).sliceNs());
  }

  @Test
  void aTaskThatSleepsByItselfHasAWholeSliceToItself() {
    Decider.Decision frame = decider.task(1).burst(4 * MS).waiting(8).decide(0);
    assertEquals(20 * MS, frame.sliceNs());
    assertEquals(Dispatcher.PROTECT, frame.flags() & Dispatcher.PROTECT);
    Decider.Decision interrupted = decider.execRuntime(7 * MS).decide(0);
    assertEquals(20 * MS, interrupted.sliceNs());
    assertEquals(Dispatcher.PROTECT, interrupted.flags() & Dispatcher.PROTECT);
  }

  @Test
  void theDecisionOnATaskThatSleepsByItselfStandsAndItsWakeUpsPreemptAsLongAsItIsBehindItsShare() {
    decider.task(1).burst(MS).used(0).decide(0);
    decider.task(1).burst(MS).used(0);
    int stands = Dispatcher.PROTECT | Dispatcher.STANDING | Dispatcher.STANDING_YIELDS;
    assertEquals(stands | Dispatcher.PREEMPT, decider.decide(0).flags());
    decider.task(1).burst(MS).used(20 * MS);
    assertEquals(stands, decider.decide(0).flags());
  }

  @Test
  void noDecisionStandsIfNotWantedOrForATaskOfOneCpusOwnQueue() {
    DeadlinePolicy.Tuning never = new DeadlinePolicy.Tuning(20 * MS, MS, BOUND, 0, 0, false, false);
    Decider asked = new Decider(new DeadlinePolicy(never), 2);
    assertEquals(Dispatcher.PROTECT, asked.task(1).burst(MS).decide(0).flags());
    DeadlinePolicy.Tuning local = new DeadlinePolicy.Tuning(20 * MS, MS, BOUND, 0, 0, true, true);
    Decider percpu = new Decider(new DeadlinePolicy(local), 2);
    assertEquals(
        Dispatcher.PROTECT, percpu.task(1).burst(MS).cpu(1).nrCpusAllowed(1).decide(0).flags());
  }

  @Test
  void aTaskThatUsedMoreThanUsualIsTreatedLikeTheOthers() {
    Decider.Decision late = decider.task(1).burst(4 * MS).execRuntime(8 * MS).waiting(8).decide(0);
    assertEquals(4 * MS, late.sliceNs());
    assertEquals(Dispatcher.STANDING_YIELDS, late.flags());
  }

  @Test
  void aTaskWithLongBurstsIsNotInteractiveHoweverLittleItUsedYet() {
    Decider.Decision hog = decider.task(1).burst(12 * MS + 1).waiting(8).decide(0);
    assertEquals(4 * MS, hog.sliceNs());
    assertEquals(Dispatcher.STANDING_YIELDS, hog.flags());
  }

  @Test
  void aNewTaskHasShownNothingYet() {
    Decider.Decision first = decider.task(1).setNew(true).waiting(8).decide(0);
    assertEquals(4 * MS, first.sliceNs());
    assertEquals(Dispatcher.STANDING_YIELDS, first.flags());
  }

  @Test
  void aTaskBoundToOneCpuGoesToThatCpuOnlyIfAskedTo() {
    assertEquals(-1, decider.task(1).cpu(1).nrCpusAllowed(1).decide(0).cpu());
    DeadlinePolicy.Tuning local = new DeadlinePolicy.Tuning(20 * MS, MS, BOUND, 0, 0, true, true);
    Decider percpu = new Decider(new DeadlinePolicy(local), 2);
    assertEquals(1, percpu.task(1).cpu(1).nrCpusAllowed(1).decide(0).cpu());
    assertEquals(-1, percpu.task(2).cpu(1).nrCpusAllowed(2).decide(0).cpu());
  }

  @Test
  void theRulesOfTheKernelSideAreThoseOfTheOptions() {
    Policy policy =
        new DeadlinePolicy(
            new DeadlinePolicy.Tuning(20 * MS, MS, 100 * MS, 3 * MS, 2 * MS, false, true));
    assertEquals(new KernelRules(false, 3 * MS, 2 * MS), policy.kernelRules());
  }
}
