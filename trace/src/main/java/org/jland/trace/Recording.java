// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jland.bpf.BpfException;
import org.jland.bpf.SchedExt;
import org.jland.os.MonotonicClock;
import org.jland.scheduler.CustodyRecord;
import org.jland.scheduler.CustodyTap;
import org.jland.trace.ftrace.TraceFs;
import org.jland.trace.ftrace.TraceInstance;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceEvent;
import org.jland.trace.model.TraceException;
import org.jland.trace.model.TraceInfo;
import org.jland.trace.model.TraceTask;

/**
 * Records scheduling on this machine, whichever scheduler runs:
 *
 * <pre>
 *   try (Recording recording = Recording.start(RecordingOptions.defaults())) {
 *     ... the load ...
 *     Analysis analysis = Analysis.of(recording.stop());
 *   }
 * </pre>
 *
 * <p>Between start and stop nothing runs in this process: the kernel and jland's BPF side write to
 * buffers that {@link #stop()} reads. Takes root. The thread that started it stops and closes it.
 */
public final class Recording implements AutoCloseable {
  private static final long KIB_PER_MIB = 1024;
  private static final long MAX_DEFAULT_KIB = 64 * KIB_PER_MIB;
  private static final long MIN_DEFAULT_KIB = KIB_PER_MIB;
  private static final int MEMORY_SHARE = 16;

  /** Of what the kernel's events take, the steps of custody take about as much. */
  private static final long MAX_TAP_BYTES = 512L << 20;

  /** What KernelRunner calls its thread; for schedulers whose maps can't be read. */
  private static final String SCHEDULER_THREAD = "jland-sched";

  private final TraceInstance instance;
  private final Optional<CustodyTap> tap;
  private final Machine before;
  private final String scheduler;
  private final long startNs;
  private boolean stopped;

  private Recording(TraceInstance instance, Optional<CustodyTap> tap) {
    this.instance = instance;
    this.tap = tap;
    before = Machine.look();
    scheduler = SchedExt.host().attachedOps().orElse("");
    tap.ifPresent(CustodyTap::start);
    instance.start();
    startNs = MonotonicClock.nowNs();
  }

  /**
   * Starts.
   *
   * @throws TraceException if the kernel can't, or memory is short
   */
  public static Recording start(RecordingOptions options) {
    Machine machine = Machine.look();
    int cpus = machine.cpus().cardinality();
    long kib = options.bufferMib() > 0 ? options.bufferMib() * KIB_PER_MIB : defaultKib(cpus);
    TraceInstance instance = TraceFs.find().instance(kib);
    Optional<CustodyTap> tap = Optional.empty();
    try {
      if (options.custody()) {
        tap = CustodyTap.open(Math.min(kib * 1024 * cpus, MAX_TAP_BYTES));
      }
      return new Recording(instance, tap);
    } catch (BpfException e) {
      instance.close();
      throw new TraceException("can't record jland's own steps: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      tap.ifPresent(CustodyTap::close);
      instance.close();
      throw e;
    }
  }

  private static long defaultKib(int cpus) {
    long share = Machine.memoryKib() / MEMORY_SHARE / cpus;
    return Math.clamp(share, MIN_DEFAULT_KIB, MAX_DEFAULT_KIB);
  }

  /**
   * Ends the recording and reads it. Call it once.
   *
   * @throws TraceException if the kernel's buffers can't be read
   */
  public SchedulingTrace stop() {
    if (stopped) {
      throw new IllegalStateException("stopped before");
    }
    stopped = true;
    long stopNs = MonotonicClock.nowNs();
    instance.stop();
    tap.ifPresent(CustodyTap::stop);
    Machine after = Machine.look();
    TraceInstance.Contents contents = instance.read(before.cpus());
    List<CustodyRecord> steps = tap.map(CustodyTap::read).orElse(List.of());
    long lost = contents.lost() + tap.map(CustodyTap::lost).orElse(0L);
    long endNs = Math.min(stopNs, contents.completeUntilNs());
    if (tap.isPresent() && tap.get().lost() > 0 && !steps.isEmpty()) {
      endNs = Math.min(endNs, steps.getLast().timeNs());
    }
    List<TraceEvent> events = merge(contents.events(), steps, endNs);
    Map<Integer, TraceTask> tasks = tasks(after);
    TraceInfo info =
        new TraceInfo(
            System.getProperty("os.version"),
            scheduler,
            tap.map(CustodyTap::schedulerTid).orElseGet(() -> threadOf(tasks)),
            before.cpus(),
            quietIdle(events, after, stopNs),
            startNs,
            Math.max(endNs, startNs),
            tap.isPresent(),
            lost,
            stopNs - startNs);
    return new SchedulingTrace(info, events, tasks);
  }

  private List<TraceEvent> merge(List<TraceEvent> events, List<CustodyRecord> steps, long endNs) {
    List<TraceEvent> all = new ArrayList<>(events.size() + steps.size());
    all.addAll(events);
    steps.forEach(step -> all.add(new TraceEvent.Custody(step)));
    all.removeIf(event -> event.timeNs() < startNs || event.timeNs() > endNs);
    all.sort(Comparator.comparingLong(TraceEvent::timeNs));
    return all;
  }

  private static int threadOf(Map<Integer, TraceTask> tasks) {
    return tasks.values().stream()
        .filter(task -> task.comm().equals(SCHEDULER_THREAD))
        .mapToInt(TraceTask::pid)
        .findFirst()
        .orElse(0);
  }

  /** CPUs that never switched: did they idle or run one task? */
  private BitSet quietIdle(List<TraceEvent> events, Machine after, long stopNs) {
    BitSet quiet = (BitSet) before.cpus().clone();
    for (TraceEvent event : events) {
      if (event instanceof TraceEvent.Switch) {
        quiet.clear(event.cpu());
      }
    }
    long halfTicks = (stopNs - startNs) / Machine.TICK_NS / 2;
    quiet.stream()
        .filter(cpu ->
            after.idleTicks().getOrDefault(cpu, 0L) - before.idleTicks().getOrDefault(cpu, 0L)
                < halfTicks)
        .forEach(quiet::clear);
    return quiet;
  }

  private Map<Integer, TraceTask> tasks(Machine after) {
    Map<Integer, TraceTask> tasks = new HashMap<>();
    before.tasks().forEach((pid, seen) -> tasks.put(pid, task(pid, seen, after)));
    after
        .tasks()
        .forEach((pid, seen) -> tasks.computeIfAbsent(pid, same -> task(same, seen, after)));
    return tasks;
  }

  private TraceTask task(int pid, Machine.Seen first, Machine after) {
    Machine.Seen last = after.tasks().getOrDefault(pid, first);
    // Only a CPU that it might use all the time counts as one that it may use.
    BitSet allowed = (BitSet) last.allowed().clone();
    if (allowed.intersects(first.allowed())) {
      allowed.and(first.allowed());
    }
    Machine.Seen process = after.tasks().getOrDefault(last.tgid(), last);
    boolean starved =
        first != last
            && first.state() == 'R'
            && last.state() == 'R'
            && first.cpuTicks() == last.cpuTicks();
    return new TraceTask(
        pid, last.tgid(), last.comm(), process.comm(), last.kthread(), allowed, starved);
  }

  /** Removes it from the kernel, stopped or not. */
  @Override
  public void close() {
    try {
      tap.ifPresent(CustodyTap::close);
    } finally {
      instance.close();
    }
  }
}
