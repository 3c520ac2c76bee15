// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.jland.intf.RingLayout;
import org.jland.policy.Dispatcher;
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

/** A burst of decisions written and published; time of a burst. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OneToOneDispatchedRingWriteBenchmark {
  private static final int SLOTS = 4096;

  @Param({"1", "4", "16", "64"})
  private int burst;

  private MemorySegment memory;
  private DispatchedRing ring;
  private long written;

  /** An empty ring. */
  @Setup
  public void prepare() {
    memory = Arena.ofAuto().allocate(DispatchedRing.bytes(SLOTS), 64);
    ring = new DispatchedRing(memory, SLOTS);
    written = 0;
  }

  /** The consumer's part is one store: it took everything. */
  @Benchmark
  public int write() {
    for (int i = 0; i < burst; i++) {
      ring.offer(written++, Dispatcher.ANY_CPU, 0, written, 0, 0);
    }
    int published = ring.publish();
    memory.set(JAVA_LONG, RingLayout.TAIL, written);
    return published;
  }
}
