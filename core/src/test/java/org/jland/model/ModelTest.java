// SPDX-License-Identifier: Apache-2.0
package org.jland.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.jland.model.Explorer.Violation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Custody and the safety net, as bpf/src/custody.h, bypass.h, use.h and jland.bpf.c have them:
 * every interleaving of what the models know. And that each of the rules matters: without it the
 * property that it is for does not hold.
 */
class ModelTest {

  private static void assertHolds(Model model, int statesAtLeast) {
    Explorer explorer = new Explorer(model);
    Optional<Violation> violation = explorer.explore();
    assertTrue(violation.isEmpty(), () -> violation.orElseThrow().toString());
    assertTrue(explorer.nrStates() >= statesAtLeast, "only " + explorer.nrStates() + " states");
  }

  private static void assertBreaks(String property, Model model) {
    assertEquals(
        property, new Explorer(model).explore().map(Violation::property).orElse("all holds"));
  }

  @Test
  void aDecisionTakesEffectOnceAndForItsOwnEnqueueOnly() {
    assertHolds(new CustodyModel(CustodyModel.Mutant.NONE), 100_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EXCHANGE_BEFORE_INSERT | a decision takes effect for its own enqueue only",
        "NO_CHECK_OF_THE_ENQUEUE | a decision takes effect for its own enqueue only",
        "RESCUE_WITHOUT_THE_WORD | a task in a DSQ is not in custody",
        "NO_CANCEL_AT_ENQUEUE | a task in a DSQ is not in custody",
        "NO_RESCUE | a queued task gets into a DSQ though user space is stopped",
      })
  void withoutARuleOfCustodyADecisionGoesWrong(CustodyModel.Mutant mutant, String property) {
    assertBreaks(property, new CustodyModel(mutant));
  }

  @Test
  void noTaskIsLeftInTheBypassOrInCustodyThoughUserSpaceIsStopped() {
    assertHolds(new BypassModel(3, BypassModel.Mutant.NONE, false), 100_000);
  }

  @Test
  void theHeartbeatFindsWhatASlowCallbackPutIntoARetiredDsq() {
    assertHolds(new BypassModel(2, BypassModel.Mutant.NONE, true), 10_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RETIRED_AS_SOON_AS_EMPTY | false | a task in the bypass's DSQ is seen by the CPUs",
        "RETIRE_WITHOUT_SECOND_LOOK | false | a task in the bypass's DSQ is seen by the CPUs",
        "NO_LOOK_BY_THE_HEARTBEAT | true | a task in the bypass's DSQ is seen by the CPUs",
        "RESCUED_NOT_ANNOUNCED | false | a task in the bypass's DSQ is seen by the CPUs",
        "RESCUES_NOT_ANNOUNCED | false | a task in custody is taken back though user space is stopped",
        "INSERT_STARTS_NO_WATCH | false | no CPU idles beside a task in the bypass's DSQ",
        "NO_KICK_BY_THE_WATCH | false | no CPU idles beside a task in the bypass's DSQ",
        "BYPASS_BEFORE_USED | false | while a bypass lasts every CPU looks at its DSQ",
        "STARVED_NOT_MOVED | false | a decided task that others are put before runs",
        "MOVED_NOT_ANNOUNCED | false | a task in the bypass's DSQ is seen by the CPUs",
      })
  void withoutARuleOfTheBypassATaskIsLeft(
      BypassModel.Mutant mutant, boolean slowCallbacks, String property) {
    assertBreaks(property, new BypassModel(2, mutant, slowCallbacks));
  }

  @Test
  void bypassesBeginAndEndInTurnAndTheirTimesAddUp() {
    assertHolds(new BypassTimeModel(BypassTimeModel.Mutant.NONE), 500);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "END_WITHOUT_EXCHANGE | a bypass ends once",
        "NO_PHASE_WHILE_WRITING | no bypass lasts for less than nothing",
        "LATE_BEFORE_PHASE | none begins when user space has just come back",
        "CLOCK_BEFORE_EXCHANGE | no bypass lasts for less than nothing",
      })
  void withoutARuleOfPhasesABypassIsCountedWrongly(BypassTimeModel.Mutant mutant, String property) {
    assertBreaks(property, new BypassTimeModel(mutant));
  }

  @Test
  void theWatchDoesNotSleepWhileATaskIsInCustody() {
    assertHolds(new WatchModel(WatchModel.Mutant.NONE), 10_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DORMANT_WITHOUT_SECOND_LOOK", "WATCH_SEEN_BEFORE_CUSTODY"})
  void aWatchThatGoesDormantCarelesslyMissesATask(WatchModel.Mutant mutant) {
    assertBreaks("while a task is in custody somebody watches", new WatchModel(mutant));
  }

  @Test
  void aDsqThatMayHoldTasksIsLookedAtAndAnEmptyOneIsNot() {
    assertHolds(new DsqUseModel(DsqUseModel.Mutant.NONE, false), 100);
    assertHolds(new DsqUseModel(DsqUseModel.Mutant.NONE, true), 100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EMPTY_AT_ONCE | false | CPUs look at a DSQ that holds a task",
        "STORE_INSTEAD_OF_EXCHANGE | false | CPUs look at a DSQ that holds a task",
        "INSERT_BEFORE_WORD | false | CPUs look at a DSQ that holds a task",
        "NO_LOOK_BY_THE_HEARTBEAT | true | a task that a slow callback left is found",
        "NEVER_EMPTY | false | CPUs do not look for ever at a DSQ that holds none",
      })
  void withoutARuleOfUseATaskIsNotSeen(
      DsqUseModel.Mutant mutant, boolean slowCallbacks, String property) {
    assertBreaks(property, new DsqUseModel(mutant, slowCallbacks));
  }

  @Test
  void noCpuIdlesBesideWork() {
    assertHolds(new WakeupModel(2, WakeupModel.Mutant.NONE), 100_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | HEADS_BEFORE_PENDING | a queued task runs, if user space is not stopped",
        "1 | NO_IN_BURST | a queued task runs, if user space is not stopped",
        "1 | UPDATE_IDLE_DOES_NOT_LOOK | no CPU idles while the scheduler thread is needed and ready",
        "1 | ENQUEUE_DOES_NOT_WAKE | no CPU idles while the scheduler thread is needed and ready",
        "1 | TAKEN_CPUS_ARE_NOT_KICKED | no CPU idles while the scheduler thread is needed and ready",
        "2 | DISPATCH_DOES_NOT_WAKE | no CPU idles beside a decided task",
      })
  void withoutALookAWakeupIsLost(int nrTasks, WakeupModel.Mutant mutant, String property) {
    assertBreaks(property, new WakeupModel(nrTasks, mutant));
  }
}
