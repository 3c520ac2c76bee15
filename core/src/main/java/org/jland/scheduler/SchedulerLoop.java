// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jland.os.OsThread;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.jland.topology.Topology;

/**
 * The loop that drives a policy: read all records, let the policy decide, show the decisions with
 * one store, yield. Runs on the scheduler thread, allocates nothing and makes one system call a
 * turn, the yield; while there is nothing to decide the thread waits in its DSQ. The warm-up runs
 * this very class on memory of its own.
 */
final class SchedulerLoop {

  private static final VarHandle EXIT_KIND = JAVA_INT.varHandle();
  private static final long TICK_NS = 100_000_000;
  private static final long STOPPING_PARK_NS = 1_000_000;

  private final MemorySegment exitKind;
  private final Pipeline pipeline;
  private final PolicyFaults faults;
  private final FallbackPolicy fallback = new FallbackPolicy();
  private final long tickNs;
  private Policy policy;
  private long nextTick = System.nanoTime();
  private long nrHeld;

  SchedulerLoop(RingPair rings, Topology topology, Policy policy, PolicyFaults faults) {
    this(rings, topology, policy, faults, TICK_NS);
  }

  /** The same with ticks of another period, for the warm-up. */
  SchedulerLoop(
      RingPair rings, Topology topology, Policy policy, PolicyFaults faults, long tickNs) {
    this.exitKind = rings.exitKind();
    this.pipeline = new Pipeline(rings, topology, this::exitedTask);
    this.policy = policy;
    this.faults = faults;
    this.tickNs = tickNs;
  }

  /**
   * Runs until the kernel lets go of the scheduler.
   *
   * @param stopping whether it is about to: the loop need not hurry then, no task waits for it
   * @param maxTurns the warm-up's way out
   */
  void run(BooleanSupplier stopping, long maxTurns) {
    for (long turns = 0; turns < maxTurns && !exited(); turns++) {
      turn();
      if (stopping.getAsBoolean()) {
        LockSupport.parkNanos(STOPPING_PARK_NS);
      }
    }
  }

  /** The rings may go now. Whoever runs it calls this, on the same thread. */
  void close() {
    pipeline.close();
  }

  /** One turn: a burst, then the CPU goes to whatever was decided. */
  private void turn() {
    burst(System.nanoTime());
    OsThread.yield();
  }

  /** Returns whether the kernel has let go of the scheduler. Partner: jland_exit(). */
  boolean exited() {
    return (int) EXIT_KIND.getAcquire(exitKind, 0L) != 0;
  }

  private void burst(long nowNs) {
    pipeline.beginBurst();
    for (TaskView task = pipeline.dequeue(); task != null; task = pipeline.dequeue()) {
      enqueued(task);
    }
    dispatch();
    if (nowNs - nextTick >= 0) {
      nextTick = nowNs + tickNs;
      tick(nowNs);
    }
    pipeline.endBurst(nrHeld());
  }

  /**
   * The policy threw: that is counted. One that does nothing else is replaced; what it keeps is
   * taken back by the kernel side. Errors are the policy's as well: it may recurse or allocate
   * without end, or have been compiled against another version.
   */
  private void failed(Throwable fault) {
    long nowNs = System.nanoTime();
    faults.add(fault, nowNs);
    if (faults.isGivenUp() && policy != fallback) {
      fallback.start(nowNs, pipeline.endOfQueue());
      policy = fallback;
      nrHeld = 0;
    }
  }

  /** A task that the policy fails on runs all the same, behind the others. */
  private void enqueued(TaskView task) {
    try {
      policy.enqueued(task, pipeline);
    } catch (RuntimeException | Error e) {
      failed(e);
      pipeline.rescue(task);
    }
  }

  private void dispatch() {
    try {
      policy.dispatch(pipeline);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  private void tick(long nowNs) {
    try {
      policy.tick(nowNs);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** Asked after a fault too: what the policy keeps would wait for the heartbeat otherwise. */
  private long nrHeld() {
    try {
      nrHeld = policy.nrHeld();
    } catch (RuntimeException | Error e) {
      failed(e);
    }
    return nrHeld;
  }

  private void exitedTask(int pid) {
    try {
      policy.exited(pid);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** Returns how many tasks were read from the rings. Exact once the loop has ended. */
  long nrRead() {
    return pipeline.nrRead();
  }

  /** Returns how many decisions were written. Exact once the loop has ended. */
  long nrDecided() {
    return pipeline.nrDecided();
  }
}
