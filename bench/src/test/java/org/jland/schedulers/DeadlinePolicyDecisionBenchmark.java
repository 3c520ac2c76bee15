// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.PolicyContext;
import org.jland.policy.TaskView;
import org.jland.topology.Topology;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One task after the other decided about by scx_jland's policy; time of a decision. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DeadlinePolicyDecisionBenchmark implements Dispatcher {
  private static final long MS = 1_000_000;
  private static final int TASKS = 256;

  private final TaskView view = new TaskView();
  private MemorySegment records;
  private Policy policy;
  private int next;
  private long last;

  /** Tasks that used between nothing and 25 ms, some that wake, some that were preempted. */
  @Setup
  public void prepare() {
    policy =
        new DeadlinePolicy(
            new DeadlinePolicy.Tuning(20 * MS, MS, 100 * MS, 5 * MS, 0, false, true));
    Topology.Cpu cpu = new Topology.Cpu(0, 0, 0, 0, 1024);
    policy.init(new PolicyContext(new Topology(1, List.of(cpu), 1, 1), 20 * MS));
    long size = QueuedTaskLayout.LAYOUT.byteSize();
    records = Arena.ofAuto().allocate(TASKS * size, 64);
    for (int i = 0; i < TASKS; i++) {
      long at = i * size;
      records.set(
          JAVA_LONG, at + QueuedTaskLayout.ID, (long) (i + 1) << RingLayout.GENERATION_BITS);
      records.set(JAVA_LONG, at + QueuedTaskLayout.ENQ_TS, i * MS);
      records.set(JAVA_LONG, at + QueuedTaskLayout.EXEC_RUNTIME, i * MS / 10);
      records.set(JAVA_LONG, at + QueuedTaskLayout.RUN_DELTA, i * MS / 20);
      records.set(JAVA_INT, at + QueuedTaskLayout.WEIGHT, 100);
      records.set(JAVA_INT, at + QueuedTaskLayout.NR_CPUS_ALLOWED, 1);
    }
  }

  @Benchmark
  public long decide() {
    next = (next + 1) % TASKS;
    policy.enqueued(view.wrap(records, next * QueuedTaskLayout.LAYOUT.byteSize()), this);
    return last;
  }

  @Override
  public boolean dispatch(long id, int cpu, long sliceNs, long vtime, long cookie, int flags) {
    last = id ^ sliceNs ^ vtime ^ cookie;
    return true;
  }

  @Override
  public int room() {
    return TASKS;
  }

  @Override
  public int selectIdleCpu(TaskView task) {
    return -1;
  }

  @Override
  public int nrWaiting() {
    return 0;
  }
}
