// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;
import org.jland.policy.Policy;
import org.jland.policy.PolicyContext;
import org.jland.topology.Topology;

/**
 * The real loop, warmed up as in a real start, on memory of its own: for tests of policies outside
 * this package. Stands in this package because the loop is nobody else's business.
 */
public final class LoopOnMemory {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int RINGS = 2;
  private static final int SLOTS = 64;
  private static final int DECISIONS = 256;
  private static final int TASKS = 300;
  private static final long RECORD_BYTES = QueuedTaskLayout.LAYOUT.byteSize();
  private static final Topology TOPOLOGY =
      new Topology(
          RINGS,
          List.of(new Topology.Cpu(0, 0, 0, 0, 1024), new Topology.Cpu(1, 1, 0, 0, 1024)),
          1,
          1);

  private static final BooleanSupplier NOT_STOPPING = () -> false;

  private final RingPair rings =
      new RingPair(
          Arena.ofAuto().allocate(RINGS * QueuedRings.bytes(SLOTS), 64),
          RINGS,
          SLOTS,
          Arena.ofAuto().allocate(DispatchedRing.bytes(DECISIONS), 64),
          DECISIONS,
          Arena.ofAuto().allocate(RingLayout.SHARED_CTL.byteSize(), 64),
          Arena.ofAuto().allocate(RingLayout.MAX_CPUS / 8, 64),
          Arena.ofAuto().allocate(8, 8));
  private final long[] heads = new long[RINGS];
  private final long[] cookies = new long[TASKS];
  private final PolicyFaults faults = new PolicyFaults("test");
  private final SchedulerLoop loop;
  private final RandomGenerator hostile;
  private long now = 1_000_000_000L;
  private long produced;
  private long decided;
  private long allocated;

  /** What came of a run. */
  public record Result(long allocatedBytes, long nrTasks, long nrDecisions, Throwable fault) {}

  private LoopOnMemory(Policy policy, RandomGenerator hostile) {
    this.hostile = hostile;
    loop = new SchedulerLoop(rings, TOPOLOGY, policy, faults);
  }

  /** Warms a policy's class up, then runs so many tasks through a new instance. */
  public static Result run(Supplier<? extends Policy> policies, long nrTasks) {
    return run(policies, nrTasks, null);
  }

  /** As {@link #run(Supplier, long)}, but the records say what no kernel would, at random. */
  public static Result runHostile(
      Supplier<? extends Policy> policies, long nrTasks, RandomGenerator random) {
    return run(policies, nrTasks, random);
  }

  private static Result run(
      Supplier<? extends Policy> policies, long nrTasks, RandomGenerator hostile) {
    PolicyContext context = new PolicyContext(TOPOLOGY, 20_000_000);
    Policy policy = policies.get();
    Policy rehearsal = policies.get();
    policy.init(context);
    rehearsal.init(context);
    LoopOnMemory memory = new LoopOnMemory(policy, hostile);
    Warmup.run(TOPOLOGY, rehearsal, NOT_STOPPING);
    memory.burst(1); // what only the first turn needs: classes of this test, the first tick
    memory.allocated = 0;
    for (int i = 0; memory.produced < nrTasks; i++) {
      memory.burst(i % 5 == 0 ? RINGS * SLOTS : 1 + (i & 3));
    }
    return new Result(memory.allocated, memory.produced, memory.decided, memory.faults.first());
  }

  private void burst(int nrTasks) {
    for (int i = 0; i < nrTasks; i++) {
      produce((int) (produced % RINGS), (int) (produced % TASKS));
    }
    if (hostile == null) {
      rings.control().set(JAVA_INT, RingLayout.CTL_NR_WAITING, nrTasks & 7);
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    loop.run(NOT_STOPPING, 1);
    allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
    consume();
  }

  private void produce(int ring, int task) {
    MemorySegment q = rings.queued();
    long base = ring * QueuedRings.bytes(SLOTS);
    long at = base + RingLayout.SLOTS + (heads[ring] & (SLOTS - 1)) * RECORD_BYTES;
    now += 50_000;
    produced++;
    q.set(JAVA_LONG, at + QueuedTaskLayout.ID, task + 1L << RingLayout.GENERATION_BITS | produced);
    q.set(JAVA_LONG, at + QueuedTaskLayout.ENQ_TS, now);
    q.set(JAVA_LONG, at + QueuedTaskLayout.EXEC_RUNTIME, (produced & 31) * 2_000_000);
    q.set(JAVA_LONG, at + QueuedTaskLayout.RUN_DELTA, (produced & 15) * 1_000_000);
    q.set(JAVA_LONG, at + QueuedTaskLayout.COOKIE, cookies[task]);
    q.set(JAVA_INT, at + QueuedTaskLayout.CPU, ring);
    q.set(JAVA_INT, at + QueuedTaskLayout.NR_CPUS_ALLOWED, (task & 7) == 0 ? 1 : RINGS);
    q.set(JAVA_INT, at + QueuedTaskLayout.WEIGHT, 1 + task * 33);
    if (hostile != null) {
      spoil(q, at);
    }
    q.set(JAVA_LONG, base + RingLayout.HEAD, ++heads[ring]);
  }

  /** All but the name, by which the decision is known. */
  private void spoil(MemorySegment q, long at) {
    for (long offset = 0; offset < RECORD_BYTES; offset += Long.BYTES) {
      if (offset != QueuedTaskLayout.ID && hostile.nextInt(4) != 0) {
        q.set(JAVA_LONG, at + offset, unlikely(hostile));
      }
    }
    q.set(JAVA_INT, at + QueuedTaskLayout.KIND, QueuedTaskLayout.KIND_TASK);
    rings.control().set(JAVA_INT, RingLayout.CTL_NR_WAITING, (int) unlikely(hostile));
    rings.idleCpus().set(JAVA_LONG, 0, unlikely(hostile));
  }

  /** A word as bugs are made of: an end of a range, two halves of one, or anything. */
  private static long unlikely(RandomGenerator random) {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> Long.MIN_VALUE;
      case 3 -> Long.MAX_VALUE;
      case 4 -> -random.nextLong(1 << 20);
      case 5 -> (long) random.nextInt(-5, 6) << 32 | random.nextInt(1 << 20);
      case 6 -> 1L << random.nextInt(Long.SIZE);
      default -> random.nextLong();
    };
  }

  private void consume() {
    MemorySegment d = rings.dispatched();
    long head = d.get(JAVA_LONG, RingLayout.HEAD);
    for (; decided < head; decided++) {
      long at =
          RingLayout.SLOTS + (decided & (DECISIONS - 1)) * RingLayout.DISPATCHED_TASK.byteSize();
      int pid =
          (int) (d.get(JAVA_LONG, at + RingLayout.DISPATCHED_ID) >>> RingLayout.GENERATION_BITS);
      cookies[pid - 1] = d.get(JAVA_LONG, at + RingLayout.DISPATCHED_COOKIE);
    }
    d.set(JAVA_LONG, RingLayout.TAIL, head);
  }
}
