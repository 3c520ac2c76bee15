// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.jland.intf.RingLayout;
import org.jland.policy.TaskView;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** A burst of records read from one CPU's ring, as the scheduler's loop does; time of a burst. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OneToOneQueuedRingReadBenchmark {
  private static final int SLOTS = 4096;

  @Param({"1", "4", "16", "64"})
  private int burst;

  private MemorySegment memory;
  private QueuedRings rings;
  private final TaskView view = new TaskView();
  private long head;

  /** An empty ring. */
  @Setup
  public void prepare() {
    memory = Arena.ofAuto().allocate(QueuedRings.bytes(SLOTS), 64);
    rings = new QueuedRings(memory, 1, SLOTS);
    head = 0;
  }

  /** The producer's part is one store: the slots hold what they held before. */
  @Benchmark
  public void read(Blackhole sink) {
    head += burst;
    memory.set(JAVA_LONG, RingLayout.HEAD, head);
    long end = rings.headAcquire(0);
    for (long position = rings.tail(0); position < end; position++) {
      TaskView task = view.wrap(memory, rings.slot(0, position));
      sink.consume(task.id() + task.enqTs() + task.execRuntime() + task.weight());
    }
    rings.releaseTail(0, end);
  }
}
