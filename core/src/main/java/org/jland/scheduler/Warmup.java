// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;
import org.jland.policy.Policy;
import org.jland.topology.Topology;

/**
 * Runs the loop and a policy on memory of its own until the JIT has nothing more to compile, so
 * that no compiler works, and no code is slow, once the machine depends on it. Runs on the thread
 * that will be the scheduler thread.
 *
 * <p>What the JIT never saw it compiles as "never", and undoes later: the method is interpreted
 * then, for thousands of decisions. So the synthetic records take every branch that real ones take:
 * times of every order of magnitude, all flags, full rings, ticks, and what a policy said of a task
 * last comes back with its next record.
 */
final class Warmup {

  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final int SLOTS = 64;
  private static final int ROUND_BURSTS = 4_000;
  private static final int MAX_ROUNDS = 12;

  /** The JVM compiles what was called 5 000 times, and after that what calls it. */
  private static final int MIN_ROUNDS = 3;

  /** The code is compiled when the compilers worked for less than this part of a round. */
  private static final int QUIET_PART = 5;

  private static final int EXIT_EVERY = 97;
  private static final int TASKS = 256;
  private static final int FIRST_PID = 100;

  /** Every so many bursts the kernel takes no decision twice in a row, and the ring gets full. */
  private static final int FULL_EVERY = 50;

  /** A tick comes every 100 ms, and a fast machine is warm before the first one. */
  private static final long TICK_NS = 50_000;

  /** Some of the longest times that records tell: 2^36 ns are a minute. */
  private static final int TIME_BITS = 36;

  private final RingPair rings;
  private final SchedulerLoop loop;
  private final long[] heads;
  private final long[] cookies = new long[TASKS];
  private final long[] vtimes = new long[TASKS];
  private long taken;
  private long random = 0x9e3779b97f4a7c15L;
  private long now = 1_000_000_000L;
  private long count;

  private Warmup(RingPair rings, SchedulerLoop loop) {
    this.rings = rings;
    this.loop = loop;
    this.heads = new long[rings.nrRings()];
  }

  /**
   * Warms up.
   *
   * @param topology the CPUs
   * @param policy one that is thrown away afterwards, of the class that will run
   * @param stopping what the loop will be asked with, not true yet
   * @return how many turns it took
   */
  static long run(Topology topology, Policy policy, BooleanSupplier stopping) {
    try (Arena arena = Arena.ofShared()) {
      int nrRings = Math.min(topology.nrCpuIds(), 4);
      RingPair rings =
          new RingPair(
              arena.allocate(nrRings * QueuedRings.bytes(SLOTS), 64),
              nrRings,
              SLOTS,
              arena.allocate(DispatchedRing.bytes(SLOTS), 64),
              SLOTS,
              arena.allocate(RingLayout.SHARED_CTL.byteSize(), 64),
              arena.allocate(((topology.nrCpuIds() + 63) >>> 6) * 8L, 64),
              arena.allocate(8, 8));
      SchedulerLoop loop =
          new SchedulerLoop(rings, topology, policy, new PolicyFaults("warm-up"), TICK_NS);
      try {
        return new Warmup(rings, loop).rounds(topology, stopping);
      } finally {
        loop.close();
      }
    }
  }

  /** Waits until the JIT rests. */
  static void awaitCompilers() {
    new CompilerActivity().awaitIdle();
  }

  private long rounds(Topology topology, BooleanSupplier stopping) {
    CompilerActivity compilers = new CompilerActivity();
    long turns = 0;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      long compiledBefore = compilers.cpuTimeNs();
      long start = CompilerActivity.ownCpuTimeNs();
      for (int i = 0; i < ROUND_BURSTS && !loop.exited(); i++) {
        produce(i % 7 == 0 ? SLOTS / 2 : i & 3, topology);
        long n = 1 + (i & 1); // a loop that never turned twice would be compiled as none
        loop.run(stopping, n);
        if (i % FULL_EVERY > 1) {
          consume();
        }
        turns += n;
      }
      long ran = CompilerActivity.ownCpuTimeNs() - start;
      compilers.awaitIdle();
      long compiled = compilers.cpuTimeNs() - compiledBefore;
      if (round >= MIN_ROUNDS - 1 && compiled * QUIET_PART < ran) {
        break;
      }
    }
    return turns;
  }

  /** Plays the kernel's part: as many records as given, spread over the rings. */
  private void produce(int n, Topology topology) {
    for (int i = 0; i < n; i++) {
      int ring = (int) ((count & 0x7fffffff) % heads.length);
      long base = ring * QueuedRings.bytes(SLOTS);
      if (heads[ring] - (long) WORD.getAcquire(rings.queued(), base + RingLayout.TAIL) >= SLOTS) {
        continue;
      }
      fill(base + RingLayout.SLOTS + (heads[ring] & (SLOTS - 1)) * recordBytes(), topology);
      heads[ring]++;
      WORD.setRelease(rings.queued(), base + RingLayout.HEAD, heads[ring]);
    }
    rings.idleCpus().set(JAVA_LONG, 0, (count & 7) == 0 ? 1 : 0);
    rings.control().set(JAVA_INT, RingLayout.CTL_NR_WAITING, (int) anyOf(10));
  }

  private long next() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return random;
  }

  /** A number of up to so many bits, small ones as often as large ones. */
  private long anyOf(int bits) {
    return next() >>> 64 - bits >>> (int) ((next() >>> 33) % bits);
  }

  private void fill(long at, Topology topology) {
    count++;
    now += anyOf(20);
    MemorySegment q = rings.queued();
    int task = (int) (next() >>> 40) & (TASKS - 1);
    long pid = FIRST_PID + task;
    long used = anyOf(TIME_BITS);
    long stopped = now - anyOf(TIME_BITS);
    boolean exit = count % EXIT_EVERY == 0;
    q.set(JAVA_LONG, at + QueuedTaskLayout.ID, pid << RingLayout.GENERATION_BITS | count);
    q.set(JAVA_LONG, at + QueuedTaskLayout.ENQ_TS, now);
    q.set(JAVA_LONG, at + QueuedTaskLayout.START_TS, stopped - used);
    q.set(JAVA_LONG, at + QueuedTaskLayout.STOP_TS, stopped);
    q.set(JAVA_LONG, at + QueuedTaskLayout.EXEC_RUNTIME, (next() & 7) < 3 ? 0 : anyOf(TIME_BITS));
    q.set(JAVA_LONG, at + QueuedTaskLayout.RUN_DELTA, used);
    q.set(JAVA_LONG, at + QueuedTaskLayout.BURST, anyOf(TIME_BITS));
    q.set(JAVA_LONG, at + QueuedTaskLayout.VTIME, vtimes[task]);
    q.set(JAVA_LONG, at + QueuedTaskLayout.COOKIE, cookies[task]);
    q.set(JAVA_LONG, at + QueuedTaskLayout.CGROUP_ID, pid & 7);
    q.set(JAVA_INT, at + QueuedTaskLayout.TGID, (int) pid & ~3);
    q.set(
        JAVA_INT,
        at + QueuedTaskLayout.CPU,
        topology.cpus().get((int) (count % topology.cpus().size())).id());
    q.set(JAVA_INT, at + QueuedTaskLayout.NR_CPUS_ALLOWED, (next() & 8) == 0 ? 1 : 2);
    q.set(JAVA_INT, at + QueuedTaskLayout.WEIGHT, weight());
    q.set(JAVA_INT, at + QueuedTaskLayout.FLAGS, (int) (next() >>> 32) & 0x3f);
    q.set(
        JAVA_INT,
        at + QueuedTaskLayout.KIND,
        exit ? QueuedTaskLayout.KIND_EXIT : QueuedTaskLayout.KIND_TASK);
    q.set(JAVA_LONG, at + QueuedTaskLayout.ALLOWED, -1L);
    if (exit) {
      cookies[task] = 0;
      vtimes[task] = 0;
    }
  }

  private int weight() {
    return (next() & 16) == 0 ? 100 : 1 + (int) anyOf(13);
  }

  private static long recordBytes() {
    return QueuedTaskLayout.LAYOUT.byteSize();
  }

  /** Plays the kernel's part: takes all decisions. */
  private void consume() {
    MemorySegment d = rings.dispatched();
    long head = (long) WORD.getAcquire(d, RingLayout.HEAD);
    for (; taken < head; taken++) {
      long at = RingLayout.SLOTS + (taken & (SLOTS - 1)) * RingLayout.DISPATCHED_TASK.byteSize();
      long pid = d.get(JAVA_LONG, at + RingLayout.DISPATCHED_ID) >>> RingLayout.GENERATION_BITS;
      int task = (int) (pid - FIRST_PID) & (TASKS - 1);
      cookies[task] = d.get(JAVA_LONG, at + RingLayout.DISPATCHED_COOKIE);
      vtimes[task] = d.get(JAVA_LONG, at + RingLayout.DISPATCHED_VTIME);
    }
    WORD.setRelease(d, RingLayout.TAIL, head);
  }
}
