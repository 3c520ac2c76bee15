// SPDX-License-Identifier: Apache-2.0
package org.jland.intf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;
import org.jland.bpf.BpfObjectSpec;
import org.jland.bpf.Btf;
import org.jland.bpf.BtfMember;
import org.jland.bpf.BtfStruct;
import org.jland.policy.Dispatcher;
import org.jland.policy.TaskView;
import org.jland.scheduler.Counter;
import org.jland.scheduler.CustodyStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java picture of the boundary against the types of the object in this jar. */
class LayoutTest {

  /** A field on either side; two lists of these are compared, so none can be missing on one. */
  private record Field(String name, long offset, long size) {}

  private final BpfObjectSpec spec =
      BpfObjectSpec.fromResource("jland", BpfObjectSpec.class, "/org/jland/bpf/jland.bpf.o");
  private final Btf btf = spec.btf();

  private static List<Field> fields(BtfStruct struct) {
    List<Field> fields = new ArrayList<>();
    for (BtfMember member : struct.members()) {
      assertTrue(!member.isBitField(), member.name());
      fields.add(new Field(member.name(), member.offset(), member.size()));
    }
    return fields;
  }

  private static List<Field> fields(StructLayout layout) {
    List<Field> fields = new ArrayList<>();
    long offset = 0;
    for (MemoryLayout member : layout.memberLayouts()) {
      fields.add(new Field(member.name().orElse("unnamed"), offset, member.byteSize()));
      offset += member.byteSize();
    }
    return fields;
  }

  private void assertSame(String struct, StructLayout layout) {
    BtfStruct inC = btf.struct(struct);
    assertEquals(fields(inC), fields(layout), struct);
    assertEquals(inC.size(), layout.byteSize(), struct);
  }

  private long offset(String struct, String member) {
    return btf.struct(struct).member(member).offset();
  }

  @Test
  void recordsTowardsUserSpaceLookTheSameFromBothSides() {
    assertSame("queued_task", QueuedTaskLayout.LAYOUT);
  }

  @Test
  void decisionsLookTheSameFromBothSides() {
    assertSame("dispatched_task", RingLayout.DISPATCHED_TASK);
  }

  @Test
  void traceRecordsAndTheirSwitchLookTheSameFromBothSides() {
    assertSame("trace_record", TraceLayout.RECORD);
    assertSame("trace_ctl", TraceLayout.CTL);
    assertEquals(TraceLayout.CTL_MAP, spec.variable("tracing").section());
    assertTrue(spec.maps().contains(TraceLayout.SINK_MAP));
  }

  @Test
  void offsetsOfTraceFieldsAreThoseOfTheirNames() {
    assertEquals(
        List.of(
            TraceLayout.TS,
            TraceLayout.ID,
            TraceLayout.TARGET,
            TraceLayout.CPU,
            TraceLayout.STEP,
            TraceLayout.FLAGS),
        btf.struct("trace_record").members().stream().map(BtfMember::offset).toList());
    assertEquals(offset("trace_ctl", "on"), TraceLayout.CTL_ON);
    assertEquals(offset("trace_ctl", "sched_tid"), TraceLayout.CTL_SCHED_TID);
    assertEquals(offset("trace_ctl", "nr_lost"), TraceLayout.CTL_NR_LOST);
  }

  @ParameterizedTest
  @EnumSource(CustodyStep.class)
  void stepsHaveTheSameNumberOnBothSides(CustodyStep step) {
    assertEquals(btf.findEnumerator("JL_STEP_" + step).orElseThrow(), step.number());
    assertEquals(step, CustodyStep.of(step.number()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"queued_ring", "dispatched_ring"})
  void bothRingsLookTheSameFromBothSides(String ring) {
    assertSame(ring, RingLayout.RING);
    assertEquals(offset(ring, "head"), RingLayout.HEAD);
    assertEquals(offset(ring, "tail"), RingLayout.TAIL);
    assertEquals(btf.struct(ring).size(), RingLayout.SLOTS);
  }

  @Test
  void sharedWordsLookTheSameFromBothSides() {
    assertSame("shared_ctl", RingLayout.SHARED_CTL);
  }

  @Test
  void whatTheSafetyNetTellsLooksTheSameFromBothSides() {
    assertSame("bypass_state", BypassLayout.LAYOUT);
    assertEquals(offset("bypass_state", "since"), BypassLayout.SINCE);
    assertEquals(offset("bypass_state", "nr_bypasses"), BypassLayout.NR_BYPASSES);
    assertEquals(offset("bypass_state", "total_ns"), BypassLayout.TOTAL_NS);
    assertEquals(offset("bypass_state", "longest_ns"), BypassLayout.LONGEST_NS);
    assertEquals(offset("bypass_state", "nr_scans"), BypassLayout.NR_SCANS);
    assertEquals(BypassLayout.LAYOUT.byteSize(), spec.variable("bypass_info").size());
  }

  @Test
  void whatIsOursAloneIsNotMappedToUserSpace() {
    for (String variable :
        List.of("cpus", "drain_lock", "bypass", "rescues", "watch_on", "sched_pid")) {
      assertEquals(".bss.private", spec.variable(variable).section(), variable);
    }
  }

  @Test
  void exitInformationLooksTheSameFromBothSides() {
    assertSame("exit_record", ExitRecordLayout.LAYOUT);
    assertEquals(offset("exit_record", "kind"), ExitRecordLayout.KIND);
    assertEquals(offset("exit_record", "exit_code"), ExitRecordLayout.EXIT_CODE);
    assertEquals(offset("exit_record", "reason"), ExitRecordLayout.REASON);
    assertEquals(offset("exit_record", "msg"), ExitRecordLayout.MSG);
  }

  @Test
  void countersStandInTheOrderOfTheirBlock() {
    List<Field> expected = new ArrayList<>();
    expected.add(new Field("seq", 0, 8));
    for (Counter counter : Counter.values()) {
      expected.add(new Field(counter.fieldName(), counter.offset(), 8));
    }
    long used = 8L * (Counter.count() + 1);
    expected.add(new Field("pad0", used, Counter.BLOCK_BYTES - used));
    assertEquals(fields(btf.struct("cpu_stats")), expected);
    assertEquals(btf.struct("cpu_stats").size(), Counter.BLOCK_BYTES);
  }

  @Test
  void offsetsOfRecordFieldsAreThoseOfTheirNames() {
    assertEquals(
        List.of(
            QueuedTaskLayout.ID,
            QueuedTaskLayout.ENQ_TS,
            QueuedTaskLayout.START_TS,
            QueuedTaskLayout.STOP_TS,
            QueuedTaskLayout.EXEC_RUNTIME,
            QueuedTaskLayout.RUN_DELTA,
            QueuedTaskLayout.BURST,
            QueuedTaskLayout.VTIME,
            QueuedTaskLayout.COOKIE,
            QueuedTaskLayout.CGROUP_ID,
            QueuedTaskLayout.TGID,
            QueuedTaskLayout.CPU,
            QueuedTaskLayout.NR_CPUS_ALLOWED,
            QueuedTaskLayout.WEIGHT,
            QueuedTaskLayout.FLAGS,
            QueuedTaskLayout.KIND,
            QueuedTaskLayout.COMM,
            QueuedTaskLayout.ALLOWED),
        btf.struct("queued_task").members().stream()
            .filter(member -> !member.name().equals("reserved"))
            .map(BtfMember::offset)
            .toList());
  }

  @Test
  void offsetsOfDecisionFieldsAndSharedWordsAreThoseOfTheirNames() {
    assertEquals(offset("dispatched_task", "id"), RingLayout.DISPATCHED_ID);
    assertEquals(offset("dispatched_task", "slice_ns"), RingLayout.DISPATCHED_SLICE_NS);
    assertEquals(offset("dispatched_task", "vtime"), RingLayout.DISPATCHED_VTIME);
    assertEquals(offset("dispatched_task", "cookie"), RingLayout.DISPATCHED_COOKIE);
    assertEquals(offset("dispatched_task", "cpu"), RingLayout.DISPATCHED_CPU);
    assertEquals(offset("dispatched_task", "flags"), RingLayout.DISPATCHED_FLAGS);
    assertEquals(offset("shared_ctl", "nr_held"), RingLayout.CTL_NR_HELD);
    assertEquals(offset("shared_ctl", "nr_bursts"), RingLayout.CTL_NR_BURSTS);
    assertEquals(offset("shared_ctl", "in_burst"), RingLayout.CTL_IN_BURST);
    assertEquals(offset("shared_ctl", "pending"), RingLayout.CTL_PENDING);
    assertEquals(offset("shared_ctl", "nr_waiting"), RingLayout.CTL_NR_WAITING);
  }

  @ParameterizedTest
  @CsvSource({
    "JL_MAX_CPUS, " + RingLayout.MAX_CPUS,
    "JL_GEN_BITS, " + RingLayout.GENERATION_BITS,
    "JL_MASK_WORDS, " + QueuedTaskLayout.MASK_WORDS,
    "JL_KIND_TASK, " + QueuedTaskLayout.KIND_TASK,
    "JL_KIND_EXIT, " + QueuedTaskLayout.KIND_EXIT,
    "JL_TASK_WAKEUP, " + QueuedTaskLayout.FLAG_WAKEUP,
    "JL_TASK_SYNC, " + QueuedTaskLayout.FLAG_SYNC,
    "JL_TASK_KTHREAD, " + QueuedTaskLayout.FLAG_KTHREAD,
    "JL_TASK_RESTRICTED, " + QueuedTaskLayout.FLAG_RESTRICTED,
    "JL_TASK_NEW, " + QueuedTaskLayout.FLAG_NEW,
    "JL_TASK_PREEMPT, " + QueuedTaskLayout.FLAG_PREEMPT,
    "JL_CPU_ANY, " + Dispatcher.ANY_CPU,
    "JL_DISPATCH_PREEMPT, " + Dispatcher.PREEMPT,
    "JL_DISPATCH_PROTECT, " + Dispatcher.PROTECT,
    "JL_DISPATCH_STANDING, " + Dispatcher.STANDING,
    "JL_DISPATCH_STANDING_YIELDS, " + Dispatcher.STANDING_YIELDS,
  })
  void aConstantHasTheSameValueOnBothSides(String name, long inJava) {
    assertEquals(btf.findEnumerator(name).orElseThrow(() -> new AssertionError(name)), inJava);
  }

  @Test
  void workThatShouldNotWaitIsPendingWork() {
    long pending = btf.findEnumerator("JL_PENDING").orElseThrow();
    long now = btf.findEnumerator("JL_PENDING_NOW").orElseThrow();
    assertEquals(pending | now, RingLayout.PENDING_NOW);
  }

  @Test
  void llcsAreCountedDownFromTheSameNumber() {
    long first = btf.findEnumerator("JL_CPU_LLC").orElseThrow();
    assertEquals(first, Dispatcher.llc(0));
    assertEquals(first - 3, Dispatcher.llc(3));
  }

  @Test
  void anIdIsThePidAboveTheGeneration() {
    long generationBits = btf.findEnumerator("JL_GEN_BITS").orElseThrow();
    long generation = (1L << generationBits) - 1;
    int largestPid = (1 << 22) - 1;
    assertEquals(largestPid, TaskView.pid((long) largestPid << generationBits | generation));
    assertEquals(0, TaskView.pid(generation));
  }

  @Test
  void tablesPerCpuHaveAnEntryForEveryPossibleCpu() {
    assertEquals(RingLayout.MAX_CPUS * Counter.BLOCK_BYTES, spec.variable("stats").size());
    assertEquals(RingLayout.MAX_CPUS / 8, spec.variable("idle_cpus").size());
    assertEquals(RingLayout.MAX_CPUS * 2, spec.variable("cpu_llc").size());
  }

  @Test
  void variablesThatUserSpaceMapsHaveTheSizeOfTheirLayout() {
    assertEquals(RingLayout.SHARED_CTL.byteSize(), spec.variable("ctl").size());
    assertEquals(ExitRecordLayout.LAYOUT.byteSize(), spec.variable("exit_info").size());
    assertEquals(4, spec.variable("sched_tid").size());
  }
}
