// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;

/**
 * Plays the BPF side on memory of its own, by the rules of custody.h and drain_decisions(): a task
 * that was queued is in custody until a decision with its latest id, or until it is gone.
 */
final class FakeBackend {

  /** What user space decided. */
  record Decision(long id, int cpu, long sliceNs, long vtime, long cookie, int flags) {}

  final RingPair rings;

  /** Decisions that made their task run, in order. */
  final List<Decision> carriedOut = new ArrayList<>();

  /** Decisions that came too late, or a second time. */
  final List<Decision> cancelled = new ArrayList<>();

  private final Map<Integer, Long> custody = new HashMap<>();
  private final long[] heads;
  private long generation = 7;

  FakeBackend(Arena arena, int nrRings, int queuedSlots, int dispatchedSlots) {
    rings =
        new RingPair(
            arena.allocate(nrRings * QueuedRings.bytes(queuedSlots), 64),
            nrRings,
            queuedSlots,
            arena.allocate(DispatchedRing.bytes(dispatchedSlots), 64),
            dispatchedSlots,
            arena.allocate(RingLayout.SHARED_CTL.byteSize(), 64),
            arena.allocate(RingLayout.MAX_CPUS / 8, 64),
            arena.allocate(8, 8));
    heads = new long[nrRings];
  }

  /** Moves both positions of an empty ring, as if it had been used for long. */
  void age(int ring, long position) {
    heads[ring] = position;
    queued().set(JAVA_LONG, base(ring) + RingLayout.TAIL, position);
    queued().set(JAVA_LONG, base(ring) + RingLayout.HEAD, position);
  }

  /** Writes a record that nobody sees yet; returns its offset, for more fields. */
  long write(int ring, int pid, int kind) {
    long at =
        base(ring)
            + RingLayout.SLOTS
            + (heads[ring] & (rings.queuedSlots() - 1)) * QueuedTaskLayout.LAYOUT.byteSize();
    queued().asSlice(at, QueuedTaskLayout.LAYOUT.byteSize()).fill((byte) 0);
    queued().set(JAVA_LONG, at + QueuedTaskLayout.ID, id(pid, ++generation));
    queued().set(JAVA_INT, at + QueuedTaskLayout.WEIGHT, 100);
    queued().set(JAVA_INT, at + QueuedTaskLayout.KIND, kind);
    return at;
  }

  /** Shows the record that was written to a ring. */
  void publish(int ring) {
    long at = base(ring);
    heads[ring]++;
    queued().set(JAVA_LONG, at + RingLayout.HEAD, heads[ring]);
    rings.control().set(JAVA_INT, RingLayout.CTL_PENDING, 1);
  }

  /** A task wants a CPU. Returns false if the ring is full. */
  boolean enqueue(int ring, int pid) {
    if (backlog(ring) >= rings.queuedSlots()) {
      return false;
    }
    long at = write(ring, pid, QueuedTaskLayout.KIND_TASK);
    custody.put(pid, queued().get(JAVA_LONG, at + QueuedTaskLayout.ID));
    publish(ring);
    return true;
  }

  /** A task is gone. */
  void exit(int ring, int pid) {
    custody.remove(pid);
    write(ring, pid, QueuedTaskLayout.KIND_EXIT);
    publish(ring);
  }

  /** Takes up to so many decisions; returns how many there were. */
  int drain(int most) {
    MemorySegment ring = rings.dispatched();
    long tail = ring.get(JAVA_LONG, RingLayout.TAIL);
    long head = ring.get(JAVA_LONG, RingLayout.HEAD);
    int n = (int) Math.min(head - tail, most);
    for (int i = 0; i < n; i++) {
      carryOut(decision(tail + i));
    }
    ring.set(JAVA_LONG, RingLayout.TAIL, tail + n);
    return n;
  }

  int drain() {
    return drain(Integer.MAX_VALUE);
  }

  /** Reads a decision where it stands, published or not. */
  Decision decision(long position) {
    MemorySegment ring = rings.dispatched();
    long at =
        RingLayout.SLOTS
            + (position & (rings.dispatchedSlots() - 1)) * RingLayout.DISPATCHED_TASK.byteSize();
    return new Decision(
        ring.get(JAVA_LONG, at + RingLayout.DISPATCHED_ID),
        ring.get(JAVA_INT, at + RingLayout.DISPATCHED_CPU),
        ring.get(JAVA_LONG, at + RingLayout.DISPATCHED_SLICE_NS),
        ring.get(JAVA_LONG, at + RingLayout.DISPATCHED_VTIME),
        ring.get(JAVA_LONG, at + RingLayout.DISPATCHED_COOKIE),
        ring.get(JAVA_INT, at + RingLayout.DISPATCHED_FLAGS));
  }

  private void carryOut(Decision decision) {
    int pid = (int) (decision.id() >>> RingLayout.GENERATION_BITS);
    if (custody.remove(pid, decision.id())) {
      carriedOut.add(decision);
    } else {
      cancelled.add(decision);
    }
  }

  /** The pids whose decisions were carried out, in order. */
  List<Integer> ran() {
    return carriedOut.stream()
        .map(decision -> (int) (decision.id() >>> RingLayout.GENERATION_BITS))
        .toList();
  }

  /** How many tasks only user space can make run. */
  int inCustody() {
    return custody.size();
  }

  /** How many decisions are public and not taken. */
  long published() {
    return DispatchedRing.inFlight(rings.dispatched());
  }

  long backlog(int ring) {
    return heads[ring] - queued().get(JAVA_LONG, base(ring) + RingLayout.TAIL);
  }

  boolean isPending() {
    return rings.control().get(JAVA_INT, RingLayout.CTL_PENDING) != 0;
  }

  long nrHeld() {
    return rings.control().get(JAVA_LONG, RingLayout.CTL_NR_HELD);
  }

  MemorySegment queued() {
    return rings.queued();
  }

  static long id(int pid, long generation) {
    return (long) pid << RingLayout.GENERATION_BITS | generation;
  }

  long base(int ring) {
    return ring * QueuedRings.bytes(rings.queuedSlots());
  }
}
