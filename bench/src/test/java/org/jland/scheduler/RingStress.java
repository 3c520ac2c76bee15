// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;
import org.jland.policy.TaskView;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * What the scheduler thread and the BPF side see of each other's stores, by jcstress: the real
 * rings on the one side, the BPF side's loads and stores, as custody.h and jland.bpf.c order them,
 * on the other.
 */
public final class RingStress {
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final long SLOT = RingLayout.SLOTS;
  private static final int OLD = 9;
  private static final int NEW = 11;

  private RingStress() {}

  /** Memory of the states, which are many and short-lived: a part of one block each, in turn. */
  private static final class Block {
    private static final int PART = 512;
    private static final int PARTS = 1 << 17;
    private static final MemorySegment ALL = Arena.global().allocate((long) PART * PARTS, PART);
    private static final AtomicInteger NEXT = new AtomicInteger();

    static MemorySegment part() {
      long part = NEXT.getAndIncrement() & (PARTS - 1);
      return ALL.asSlice(part * PART, PART).fill((byte) 0);
    }
  }

  /** publish_record() against the loop's read of a ring. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not there yet")
  @Outcome(id = "1, 9", expect = Expect.ACCEPTABLE, desc = "there, and whole")
  @State
  public static class RecordThatIsSeenIsWhole {
    private final MemorySegment memory = Block.part();
    private final QueuedRings rings = new QueuedRings(memory, 1, 1);
    private final TaskView view = new TaskView();

    /** The BPF side. */
    @Actor
    public void kernel() {
      memory.set(JAVA_LONG, SLOT + QueuedTaskLayout.ENQ_TS, OLD);
      LONG.setRelease(memory, RingLayout.HEAD, 1L);
    }

    /** The scheduler thread. */
    @Actor
    public void scheduler(JJ_Result r) {
      r.r1 = rings.headAcquire(0);
      r.r2 = r.r1 == 0 ? 0 : view.wrap(memory, rings.slot(0, 0)).enqTs();
    }
  }

  /** reserve_record() against the loop that gives a slot back. */
  @JCStressTest
  @Outcome(id = "9, [01]", expect = Expect.ACCEPTABLE, desc = "read before it is written again")
  @State
  public static class SlotOfARecordIsWrittenAgainOnlyAfterItWasRead {
    private final MemorySegment memory = Block.part();
    private final QueuedRings rings = new QueuedRings(memory, 1, 1);
    private final TaskView view = new TaskView();

    /** With one record in its only slot. */
    public SlotOfARecordIsWrittenAgainOnlyAfterItWasRead() {
      memory.set(JAVA_LONG, SLOT + QueuedTaskLayout.ENQ_TS, OLD);
      memory.set(JAVA_LONG, RingLayout.HEAD, 1L);
    }

    /** The scheduler thread. */
    @Actor
    public void scheduler(JJ_Result r) {
      r.r1 = view.wrap(memory, rings.slot(0, 0)).enqTs();
      rings.releaseTail(0, rings.headAcquire(0));
    }

    /** The BPF side. */
    @Actor
    public void kernel(JJ_Result r) {
      if ((long) LONG.getAcquire(memory, RingLayout.TAIL) == 1) {
        memory.set(JAVA_LONG, SLOT + QueuedTaskLayout.ENQ_TS, NEW);
        LONG.setRelease(memory, RingLayout.HEAD, 2L);
        r.r2 = 1;
      }
    }
  }

  /** publish_record() against SharedControl.beginBurst(): the record is read, or pending is set. */
  @JCStressTest
  @Outcome(id = "1, [01]", expect = Expect.ACCEPTABLE, desc = "this burst has it")
  @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the next burst will have it")
  @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "nobody looks for it any more")
  @State
  public static class RecordIsNotForgotten {
    private final MemorySegment memory = Block.part();
    private final QueuedRings rings = new QueuedRings(memory, 1, 1);
    private final MemorySegment words = memory.asSlice(384, RingLayout.SHARED_CTL.byteSize());
    private final SharedControl control = new SharedControl(words);

    /** An earlier record is the reason for the burst. */
    public RecordIsNotForgotten() {
      words.set(JAVA_INT, RingLayout.CTL_PENDING, 1);
    }

    /** The BPF side. */
    @Actor
    public void kernel() {
      LONG.setRelease(memory, RingLayout.HEAD, 1L);
      int _ = (int) INT.getAndBitwiseOr(words, RingLayout.CTL_PENDING, 1);
    }

    /** The scheduler thread. */
    @Actor
    public void scheduler(JJ_Result r) {
      control.beginBurst();
      r.r1 = rings.headAcquire(0);
    }

    /** When both are done. */
    @Arbiter
    public void after(JJ_Result r) {
      r.r2 = words.get(JAVA_INT, RingLayout.CTL_PENDING);
    }
  }

  /** DispatchedRing.publish() against drain_decisions(): one store for a burst of two. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not there yet")
  @Outcome(id = "2, 20", expect = Expect.ACCEPTABLE, desc = "both there, and whole")
  @State
  public static class DecisionsOfABurstAreSeenTogether {
    private final MemorySegment memory = Block.part();
    private final DispatchedRing ring = new DispatchedRing(memory, 2);

    /** The scheduler thread. */
    @Actor
    public void scheduler() {
      ring.offer(1, -1, 0, OLD, 0, 0);
      ring.offer(2, -1, 0, NEW, 0, 0);
      ring.publish();
    }

    /** The BPF side. */
    @Actor
    public void kernel(JJ_Result r) {
      r.r1 = (long) LONG.getAcquire(memory, RingLayout.HEAD);
      long second = SLOT + RingLayout.DISPATCHED_TASK.byteSize();
      for (long slot = SLOT; r.r1 > 0 && slot <= second; slot += second - SLOT) {
        r.r2 += memory.get(JAVA_LONG, slot + RingLayout.DISPATCHED_VTIME);
      }
    }
  }

  /** DispatchedRing.offer() against drain_decisions(), which gives a slot back. */
  @JCStressTest
  @Outcome(id = "9, [01]", expect = Expect.ACCEPTABLE, desc = "read before it is written again")
  @State
  public static class SlotOfADecisionIsWrittenAgainOnlyAfterItWasRead {
    private final MemorySegment memory = Block.part();
    private final DispatchedRing ring = new DispatchedRing(memory, 1);

    /** Full. */
    public SlotOfADecisionIsWrittenAgainOnlyAfterItWasRead() {
      ring.offer(1, -1, 0, OLD, 0, 0);
      ring.publish();
    }

    /** The BPF side. */
    @Actor
    public void kernel(JJ_Result r) {
      r.r1 = memory.get(JAVA_LONG, SLOT + RingLayout.DISPATCHED_VTIME);
      LONG.setRelease(memory, RingLayout.TAIL, 1L);
    }

    /** The scheduler thread. */
    @Actor
    public void scheduler(JJ_Result r) {
      if (ring.offer(2, -1, 0, NEW, 0, 0)) {
        ring.publish();
        r.r2 = 1;
      }
    }
  }

  /** SharedControl.burstDone() against user_space_has_tasks(), which looks the other way round. */
  @JCStressTest
  @Outcome(id = "1, [05]", expect = Expect.ACCEPTABLE, desc = "the burst lasts")
  @Outcome(id = "0, 5", expect = Expect.ACCEPTABLE, desc = "it is over, and tasks are held")
  @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "held tasks look as if there were none")
  @State
  public static class TasksInUserSpacesHandsAreAlwaysSeen {
    private static final long HELD = 5;

    private final MemorySegment words = Block.part();
    private final SharedControl control = new SharedControl(words);

    /** In a burst. */
    public TasksInUserSpacesHandsAreAlwaysSeen() {
      words.set(JAVA_LONG, RingLayout.CTL_IN_BURST, 1L);
    }

    /** The scheduler thread. */
    @Actor
    public void scheduler() {
      control.burstDone(HELD);
    }

    /** The BPF side: x86 and its READ_ONCE keep loads in order. */
    @Actor
    public void kernel(JJ_Result r) {
      r.r1 = (long) LONG.getAcquire(words, RingLayout.CTL_IN_BURST);
      r.r2 = (long) LONG.getAcquire(words, RingLayout.CTL_NR_HELD);
    }
  }
}
