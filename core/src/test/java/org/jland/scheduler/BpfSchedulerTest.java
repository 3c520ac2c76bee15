// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jland.bpf.BpfObjectSpec;
import org.jland.bpf.SpecValues;
import org.jland.policy.KernelRules;
import org.jland.topology.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    long timeoutNs = timeoutMs * 1_000_000L;
    assertTrue(heartbeatNs > 0);
    // A task that others are put before, which may be the kernel's watchdog: it runs each half.
    assertTrue(timeoutNs / 2 + 2 * heartbeatNs < timeoutNs, "" + heartbeatNs);
  }

  @Test
  void theHeartbeatIsNeverSlowerThanASecond() {
    assertEquals(1_000_000_000, BpfScheduler.heartbeatNs(30_000));
  }

  private static SchedulerConfig late(int stallMs, int timeoutMs) {
    return new SchedulerConfig(
        "scx_test", 20_000_000, 1_000_000, false, false, false, 0, false, timeoutMs, 0, stallMs);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 5000, 100", // as asked for
    "0, 5000, 0", // never
    "3000, 5000, 1666", // a third of the watchdog's timeout at most
    "100, 150, 50",
    "100, 2, 0" // no room before a watchdog in such a hurry
  })
  void theSafetyNetActsLongBeforeTheKernelsWatchdog(int stallMs, int timeoutMs, int expectedMs) {
    assertEquals(expectedMs * 1_000_000L, BpfScheduler.stallNs(late(stallMs, timeoutMs)));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 10_001})
  void anImpossibleStallIsRefused(int stallMs) {
    assertThrows(IllegalArgumentException.class, () -> late(stallMs, 5000));
  }

  private static long knob(String name, SchedulerConfig config, KernelRules rules) {
    Topology topology = Machines.ofCpus(2, 1);
    return SpecValues.u64(
        BpfScheduler.configured(config, topology, rules, RingSizes.of(topology)), name);
  }

  @Test
  void aTaskIsTakenBackAfterTheStallUnlessThePolicyAsksForMore() {
    SchedulerConfig config = late(80, 5000);
    assertEquals(80_000_000, knob("stall_ns", config, KernelRules.NONE));
    assertEquals(80_000_000, knob("hold_ns", config, KernelRules.NONE));
    KernelRules patient = KernelRules.NONE.withMaxHold(900_000_000);
    assertEquals(900_000_000, knob("hold_ns", config, patient));
    assertEquals(80_000_000, knob("stall_ns", config, patient));
  }

  @Test
  void aBypassGivesShortSlicesAndADecisionNoAbsurdOne() {
    assertEquals(5_000_000, knob("bypass_slice_ns", CONFIG, KernelRules.NONE));
    assertEquals(100_000_000, knob("max_slice_ns", CONFIG, KernelRules.NONE));
    SchedulerConfig small =
        new SchedulerConfig(
            "scx_test", 3_000_000, 1_000_000, false, false, false, 0, false, 10, 0, 100);
    assertEquals(3_000_000, knob("bypass_slice_ns", small, KernelRules.NONE));
    assertEquals(3_000_000, knob("max_slice_ns", small, KernelRules.NONE));
  }

  private static BpfObjectSpec spec(SchedulerConfig config, Topology topology, BpfObjectSpec last) {
    RingSizes sizes = RingSizes.of(topology);
    return BpfScheduler.configured(config, topology, KernelRules.NONE, sizes, last);
  }

  private static Topology without(Topology machine, int cpu) {
    List<Topology.Cpu> cpus =
        machine.cpus().stream().filter(candidate -> candidate.id() != cpu).toList();
    return new Topology(machine.nrCpuIds(), cpus, machine.nrLlcs(), machine.nrNodes());
  }

  @Test
  void theLoadedObjectWillDoWhenACpuGoesAndWhenItComesBack() {
    Topology machine = Machines.ofCpus(4, 2);
    BpfObjectSpec loaded = spec(CONFIG, machine, null);
    assertTrue(loaded.loadsAs(spec(CONFIG, without(machine, 3), loaded)));
    assertTrue(loaded.loadsAs(spec(CONFIG, machine, loaded)));
  }

  @Test
  void anotherMachineOrOtherOptionsNeedAnotherObject() {
    Topology machine = Machines.ofCpus(4, 2);
    BpfObjectSpec loaded = spec(CONFIG, machine, null);
    assertFalse(loaded.loadsAs(spec(CONFIG, Machines.ofCpus(4, 4), loaded)), "LLCs");
    assertFalse(loaded.loadsAs(spec(CONFIG, Machines.ofCpus(8, 2), loaded)), "CPUs");
    assertFalse(loaded.loadsAs(spec(late(80, 5000), machine, loaded)), "options");
    BpfObjectSpec renamed = spec(CONFIG, machine, loaded);
    renamed.structOps("jland_ops").setString("name", "other");
    assertFalse(loaded.loadsAs(renamed), "table");
  }
}
