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
 * that no compiler works, and no code is slow, once the machine depends on it. The synthetic
 * records take every branch that real ones take: a branch never seen would be compiled as "never"
 * and undone later. Runs on the thread that will be the scheduler thread.
 */
final class Warmup {

  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final int SLOTS = 64;
  private static final int ROUND_BURSTS = 4_000;
  private static final int MAX_ROUNDS = 12;

  /** The JVM compiles for good what was called 15 000 times. */
  private static final int MIN_ROUNDS = 4;

  /** The code is compiled when the compilers worked for less than this part of a round. */
  private static final int QUIET_PART = 5;

  private static final int EXIT_EVERY = 97;

  private final RingPair rings;
  private final SchedulerLoop loop;
  private final long[] heads;
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
      SchedulerLoop loop = new SchedulerLoop(rings, topology, policy, new PolicyFaults("warm-up"));
      return new Warmup(rings, loop).rounds(topology, stopping);
    }
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
        consume();
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
  }

  private void fill(long at, Topology topology) {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    count++;
    now += random >>> 46;
    MemorySegment q = rings.queued();
    long pid = 100 + (random >>> 8 & 0xff);
    q.set(JAVA_LONG, at + QueuedTaskLayout.ID, pid << RingLayout.GENERATION_BITS | count);
    q.set(JAVA_LONG, at + QueuedTaskLayout.ENQ_TS, now);
    q.set(JAVA_LONG, at + QueuedTaskLayout.EXEC_RUNTIME, random >>> 20 & 0x3ffffff);
    q.set(JAVA_LONG, at + QueuedTaskLayout.RUN_DELTA, random >>> 24 & 0xffffff);
    q.set(JAVA_LONG, at + QueuedTaskLayout.BURST, random >>> 28 & 0x3fffff);
    q.set(JAVA_LONG, at + QueuedTaskLayout.VTIME, now);
    q.set(JAVA_LONG, at + QueuedTaskLayout.COOKIE, (random & 3) == 0 ? 0 : now + (random >>> 40));
    q.set(JAVA_INT, at + QueuedTaskLayout.TGID, (int) pid);
    q.set(JAVA_INT, at + QueuedTaskLayout.CPU, topology.cpus().getFirst().id());
    q.set(JAVA_INT, at + QueuedTaskLayout.NR_CPUS_ALLOWED, (random & 8) == 0 ? 1 : 2);
    q.set(
        JAVA_INT, at + QueuedTaskLayout.WEIGHT, (random & 16) == 0 ? 100 : 1 + (int) (count & 511));
    q.set(JAVA_INT, at + QueuedTaskLayout.FLAGS, (int) (random >>> 32) & 0x3f);
    boolean exit = count % EXIT_EVERY == 0;
    q.set(
        JAVA_INT,
        at + QueuedTaskLayout.KIND,
        exit ? QueuedTaskLayout.KIND_EXIT : QueuedTaskLayout.KIND_TASK);
    q.set(JAVA_LONG, at + QueuedTaskLayout.ALLOWED, -1L);
  }

  private static long recordBytes() {
    return QueuedTaskLayout.LAYOUT.byteSize();
  }

  /** Plays the kernel's part: takes all decisions. */
  private void consume() {
    MemorySegment d = rings.dispatched();
    WORD.setRelease(d, RingLayout.TAIL, (long) WORD.getAcquire(d, RingLayout.HEAD));
  }
}
