// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jland.bpf.BpfObjectSpec;
import org.jland.bpf.LoadedObject;
import org.jland.bpf.ProgramCall;
import org.jland.policy.TaskView;

/**
 * A program for RingCostVmTest: moves records and decisions through our rings and through BPF's
 * own, and prints what one takes on each side, ns. A process of its own, because the scheduler's
 * loop is compiled code and the tests' JVM is not. One thread; one CPU must be online, the first.
 */
public final class RingCost {
  private static final int N = 1024;
  private static final int[] BURSTS = {1, 4, 16, 64};
  private static final int WARMUPS = 300;
  private static final int REPETITIONS = 15;

  // struct ring_cost in ring_cost.bpf.c
  private static final long TIMES = 0;
  private static final long PER_DRAIN = 4;
  private static final long DONE = 8;
  private static final long NS = 16;
  private static final long BYTES = 24;

  private final LoadedObject object;
  private final Arena arena;
  private final MemorySegment context;
  private final ProgramCall emptyLoop;
  private final ProgramCall writePlain;
  private final ProgramCall writeRingbuf;
  private final ProgramCall drainPlain;
  private final ProgramCall drainRingbuf;
  private final QueuedRings queued;
  private final DispatchedRing dispatched;
  private final RingbufReader ringbuf;
  private final UserRingbufWriter userRingbuf;
  private final TaskView view = new TaskView();
  private final Map<String, List<Double>> samples = new TreeMap<>();
  private long sum;

  private RingCost(LoadedObject object, Arena arena) {
    this.object = object;
    this.arena = arena;
    context = arena.allocate(BYTES, 8);
    emptyLoop = prepare("empty_loop");
    writePlain = prepare("write_plain");
    writeRingbuf = prepare("write_ringbuf");
    drainPlain = prepare("drain_plain");
    drainRingbuf = prepare("drain_ringbuf");
    queued = new QueuedRings(object.map("queued").map(arena), 1, N);
    dispatched = new DispatchedRing(object.map("dispatched").map(arena), N);
    ringbuf = new RingbufReader(object.map("queued_ringbuf"), arena);
    userRingbuf = new UserRingbufWriter(object.map("dispatched_ringbuf"), arena);
  }

  /** Prints a line for each quantity: name, burst, median, least and most ns for one. */
  public static void main(String[] args) {
    BpfObjectSpec spec =
        BpfObjectSpec.fromResource(
                "ring_cost", RingCost.class, "/org/jland/scheduler/ring_cost.bpf.o")
            .setU32("queued_slots", N)
            .setU32("dispatched_slots", N)
            .setValueSize("queued", Math.toIntExact(QueuedRings.bytes(N)))
            .setValueSize("dispatched", Math.toIntExact(DispatchedRing.bytes(N)));
    try (Arena arena = Arena.ofShared();
        LoadedObject object = spec.load()) {
      RingCost cost = new RingCost(object, arena);
      for (int i = 0; i < WARMUPS; i++) {
        cost.measure();
      }
      cost.samples.clear();
      for (int i = 0; i < REPETITIONS; i++) {
        cost.measure();
      }
      cost.print();
    }
  }

  private ProgramCall prepare(String name) {
    return object.program(name).prepare(context, arena);
  }

  private void measure() {
    for (int burst : BURSTS) {
      double loop = call(emptyLoop, N, 0);
      add("kernel write plain", 0, call(writePlain, N, N) - loop);
      add("kernel write ringbuf", 0, call(writeRingbuf, N, N) - loop);
      long start = System.nanoTime();
      sum += readPlain(burst);
      long between = System.nanoTime();
      sum -= readRingbuf(burst);
      add("user read plain", burst, between - start);
      add("user read ringbuf", burst, System.nanoTime() - between);

      start = System.nanoTime();
      decidePlain(burst);
      between = System.nanoTime();
      decideRingbuf(burst);
      add("user write plain", burst, between - start);
      add("user write ringbuf", burst, System.nanoTime() - between);
      context.set(JAVA_INT, PER_DRAIN, burst);
      loop = call(emptyLoop, N / burst, 0);
      add("kernel drain plain", burst, call(drainPlain, N / burst, N) - loop);
      add("kernel drain ringbuf", burst, call(drainRingbuf, N / burst, N) - loop);
    }
    if (sum != 0) {
      throw new IllegalStateException("the two rings brought different records");
    }
  }

  /** Runs a program and returns the time of its loop. */
  private double call(ProgramCall program, int times, int done) {
    context.set(JAVA_INT, TIMES, times);
    context.set(JAVA_LONG, DONE, 0);
    int result = program.run();
    if (result != 0 || context.get(JAVA_LONG, DONE) != done) {
      throw new IllegalStateException(
          result + ", moved " + context.get(JAVA_LONG, DONE) + " of " + done);
    }
    return context.get(JAVA_LONG, NS);
  }

  /** What a policy reads of a record, more or less. */
  static long look(TaskView task) {
    return task.id() + task.vtime() + task.execRuntime() + task.weight() + task.cookie();
  }

  private long readPlain(int burst) {
    long found = 0;
    for (int left = N; left > 0; left -= burst) {
      long position = queued.tail(0);
      long end = Math.min(queued.headAcquire(0), position + burst);
      for (; position < end; position++) {
        found += look(view.wrap(queued.memory(), queued.slot(0, position)));
      }
      queued.releaseTail(0, end);
    }
    return found;
  }

  private long readRingbuf(int burst) {
    long found = 0;
    for (int left = N; left > 0; left -= burst) {
      found += ringbuf.read(burst);
    }
    return found;
  }

  private void decidePlain(int burst) {
    for (int i = 0; i < N; i++) {
      dispatched.offer(i, 0, i, i, i, 0);
      if (i % burst == burst - 1) {
        dispatched.publish();
      }
    }
  }

  private void decideRingbuf(int burst) {
    for (int i = 0; i < N; i++) {
      userRingbuf.offer(i, 0, i, i, i, 0);
      if (i % burst == burst - 1) {
        userRingbuf.publish();
      }
    }
  }

  private void add(String name, int burst, double ns) {
    samples.computeIfAbsent(name + ":" + burst, key -> new ArrayList<>()).add(ns / N);
  }

  private void print() {
    samples.forEach((name, values) -> {
      Collections.sort(values);
      System.out.printf(
          "%s:%.1f:%.1f:%.1f%n",
          name, values.get(values.size() / 2), values.getFirst(), values.getLast());
    });
  }
}
