// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.invoke.VarHandle;
import org.jland.intf.QueuedTaskLayout;
import org.jland.os.OsThread;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.jland.topology.Topology;

/**
 * The loop that drives a policy: read all records, let the policy decide, show the decisions with
 * one store, yield. Runs on the scheduler thread, allocates nothing and makes one system call a
 * turn, the yield; while there is nothing to decide the thread waits in its DSQ. The warm-up runs
 * this very class on memory of its own.
 */
final class SchedulerLoop implements Dispatcher {

  private static final VarHandle EXIT_KIND = JAVA_INT.varHandle();
  private static final long TICK_NS = 100_000_000;

  private final RingPair rings;
  private final QueuedRings queued;
  private final DispatchedRing dispatched;
  private final SharedControl control;
  private final IdleCpus idleCpus;
  private final Policy policy;
  private final PolicyFaults faults;
  private final TaskView view = new TaskView();
  private long lastVtime;
  private long nextTick;
  private long nrRead;
  private long nrDecided;

  SchedulerLoop(RingPair rings, Topology topology, Policy policy, PolicyFaults faults) {
    this.rings = rings;
    this.queued = new QueuedRings(rings.queued(), rings.nrRings(), rings.queuedSlots());
    this.dispatched = new DispatchedRing(rings.dispatched(), rings.dispatchedSlots());
    this.control = new SharedControl(rings.control());
    this.idleCpus = new IdleCpus(rings.idleCpus(), topology);
    this.policy = policy;
    this.faults = faults;
  }

  /** Runs until the kernel lets go of the scheduler. */
  void run() {
    while (!exited()) {
      burst(System.nanoTime());
      OsThread.yield();
    }
  }

  /** Returns whether the kernel has let go of the scheduler. Partner: jland_exit(). */
  boolean exited() {
    return (int) EXIT_KIND.getAcquire(rings.exitKind(), 0L) != 0;
  }

  /**
   * One turn.
   *
   * @param nowNs CLOCK_MONOTONIC
   */
  void burst(long nowNs) {
    control.clearPending();
    idleCpus.reset();
    for (int ring = 0; ring < queued.nrRings(); ring++) {
      drain(ring);
    }
    try {
      policy.dispatch(this);
      if (nowNs - nextTick >= 0) {
        nextTick = nowNs + TICK_NS;
        policy.tick(nowNs);
      }
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      faults.add(e);
    }
    dispatched.publish();
    control.burstDone(policy.nrHeld());
  }

  /** Gives the policy all records of a ring, as long as each can be decided at once. */
  private void drain(int ring) {
    long tail = queued.tail(ring);
    long head = queued.headAcquire(ring);
    if (tail == head) {
      return;
    }
    while (tail != head && dispatched.room() != 0) {
      view.wrap(queued.memory(), queued.slot(ring, tail));
      tail++;
      if (view.kind() == QueuedTaskLayout.KIND_TASK) {
        nrRead++;
        enqueued();
      } else {
        policy.exited(view.pid());
      }
    }
    queued.releaseTail(ring, tail);
    if (tail != head) {
      control.setPending();
    }
  }

  /** A task that the policy fails on runs in arrival order. */
  private void enqueued() {
    try {
      policy.enqueued(view, this);
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      faults.add(e);
      dispatch(view.id(), ANY_CPU, 0, lastVtime, view.cookie(), 0);
    }
  }

  @Override
  public int room() {
    return dispatched.room();
  }

  @Override
  public boolean dispatch(long id, int cpu, long sliceNs, long vtime, long cookie, int flags) {
    if (!dispatched.offer(id, cpu, sliceNs, vtime, cookie, flags)) {
      return false;
    }
    lastVtime = vtime;
    nrDecided++;
    return true;
  }

  @Override
  public int selectIdleCpu(TaskView task) {
    return idleCpus.select(task);
  }

  /** Returns how many tasks were read from the rings. Exact once the loop has ended. */
  long nrRead() {
    return nrRead;
  }

  /** Returns how many decisions were written. Exact once the loop has ended. */
  long nrDecided() {
    return nrDecided;
  }
}
