// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.util.function.IntConsumer;
import org.jland.intf.QueuedTaskLayout;
import org.jland.policy.Dispatcher;
import org.jland.policy.TaskView;
import org.jland.topology.Topology;

/**
 * Both rings as one: records come out, decisions go in, a burst ends with one store. Owned by the
 * scheduler thread; allocates nothing and makes no system call.
 */
final class Pipeline implements Dispatcher {

  /** Decisions that only {@link #rescue} may write. */
  private static final int RESERVED = 1;

  private final QueuedRings queued;
  private final DispatchedRing dispatched;
  private final SharedControl control;
  private final IdleCpus idleCpus;
  private final IntConsumer onExit;
  private final TaskView view = new TaskView();
  private final Places places = new Places();
  private int nrWaiting;
  private int ring;
  private long position;
  private long head;
  private long nrRead;
  private long nrDecided;

  /**
   * Works on the kernel's memory, or on a copy of it.
   *
   * @param rings the memory
   * @param topology the CPUs
   * @param onExit is told the pid of each task that is gone
   */
  Pipeline(RingPair rings, Topology topology, IntConsumer onExit) {
    this.queued = new QueuedRings(rings.queued(), rings.nrRings(), rings.queuedSlots());
    this.dispatched = new DispatchedRing(rings.dispatched(), rings.dispatchedSlots());
    this.control = new SharedControl(rings.control());
    this.idleCpus = new IdleCpus(rings.idleCpus(), topology);
    this.onExit = onExit;
    this.ring = rings.nrRings();
  }

  /** Starts a burst: all records that are there now can be read. */
  void beginBurst() {
    control.beginBurst();
    idleCpus.reset();
    nrWaiting = Math.max(control.nrWaiting(), 0);
    ring = 0;
    open();
  }

  /**
   * Returns the next task that wants a CPU, or null at the end of the burst, which comes early when
   * there is no room for a decision. The view is valid until the next call.
   */
  TaskView dequeue() {
    while (ring < queued.nrRings()) {
      if (position == head) {
        leave();
        ring++;
        open();
        continue;
      }
      if (room() == 0) {
        leave();
        ring = queued.nrRings();
        control.setPending();
        return null;
      }
      view.wrap(queued.memory(), queued.slot(ring, position++));
      int kind = view.kind();
      if (kind == QueuedTaskLayout.KIND_TASK) {
        nrRead++;
        return view;
      }
      if (kind != QueuedTaskLayout.KIND_EXIT) {
        throw new RingException("ring " + ring + ": a record of kind " + kind);
      }
      onExit.accept(view.pid());
    }
    return null;
  }

  private void open() {
    if (ring < queued.nrRings()) {
      position = queued.tail(ring);
      head = queued.headAcquire(ring);
    }
  }

  private void leave() {
    if (position != queued.tail(ring)) {
      queued.releaseTail(ring, position);
    }
  }

  /**
   * Ends a burst: the kernel sees all decisions.
   *
   * @param nrHeld how many tasks are kept; while it is not 0 the scheduler is run again
   */
  void endBurst(long nrHeld) {
    dispatched.publish();
    control.burstDone(nrHeld);
  }

  @Override
  public int room() {
    return Math.max(dispatched.room(RESERVED + 1) - RESERVED, 0);
  }

  @Override
  public boolean dispatch(long id, int cpu, long sliceNs, long vtime, long cookie, int flags) {
    if (room() == 0 || !dispatched.offer(id, cpu, sliceNs, vtime, cookie, flags)) {
      return false;
    }
    places.given(vtime);
    nrDecided++;
    return true;
  }

  /**
   * Lets the task at hand run, because the policy failed on it: behind all that the policy has
   * decided on. Where its own last decision had put it it might come before them time and again.
   * There is always room: a task is only read if there is a place for a decision and one for this.
   */
  void rescue(TaskView task) {
    if (!dispatched.offer(task.id(), ANY_CPU, 0, places.end(), task.cookie(), 0)) {
      throw new IllegalStateException("no room for task " + task.pid());
    }
    nrDecided++;
  }

  /**
   * The rings may go: no task comes any more, no decision fits. A policy may hold on to the view
   * and to this, and neither looks after itself, see {@link org.jland.ffi.RawMemory}.
   */
  void close() {
    ring = queued.nrRings();
    view.clear();
    dispatched.close();
  }

  @Override
  public int selectIdleCpu(TaskView task) {
    return idleCpus.select(task);
  }

  @Override
  public int nrWaiting() {
    return nrWaiting;
  }

  /** Returns the vtime behind all that the policy gave of late. */
  long endOfQueue() {
    return places.end();
  }

  /** Returns how many tasks were read. */
  long nrRead() {
    return nrRead;
  }

  /** Returns how many decisions were written. */
  long nrDecided() {
    return nrDecided;
  }
}
