// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jland.scheduler.CustodyRecord;
import org.jland.scheduler.CustodyStep;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceEvent;
import org.jland.trace.model.TraceEvent.Wake.Stage;
import org.jland.trace.model.TraceInfo;
import org.jland.trace.model.TraceTask;

/** A recording of two CPUs that a test makes up; it lasts from 0 to 1000 ns. */
public final class TraceBuilder {
  private static final long END = 1000;
  private static final int PRIO = 120;

  private final List<TraceEvent> events = new ArrayList<>();
  private final Map<Integer, TraceTask> tasks = new HashMap<>();
  private final BitSet quietIdle = new BitSet();
  private int schedulerTid;
  private boolean custody;
  private long lost;

  public TraceBuilder task(int pid, int... allowed) {
    return task(pid, false, allowed);
  }

  public TraceBuilder task(int pid, boolean starved, int... allowed) {
    tasks.put(pid, new TraceTask(pid, pid, "t" + pid, "p" + pid, false, cpus(allowed), starved));
    return this;
  }

  public TraceBuilder quietIdle(int cpu) {
    quietIdle.set(cpu);
    return this;
  }

  public TraceBuilder schedulerTid(int tid) {
    schedulerTid = tid;
    return this;
  }

  public TraceBuilder lost(long events) {
    lost = events;
    return this;
  }

  /** A task that still wants a CPU gives way to another. */
  public TraceBuilder preempt(long time, int cpu, int prev, int next) {
    return change(time, cpu, prev, 0x100, next);
  }

  /** A task goes to sleep; another, or 0, gets the CPU. */
  public TraceBuilder sleep(long time, int cpu, int prev, int next) {
    return change(time, cpu, prev, 1, next);
  }

  private TraceBuilder change(long time, int cpu, int prev, long state, int next) {
    long left = prev == 0 ? 0 : state;
    events.add(
        new TraceEvent.Switch(time, cpu, prev, name(prev), PRIO, left, next, name(next), PRIO));
    return this;
  }

  /** A task is woken, and is on a run queue one ns later. */
  public TraceBuilder wake(long time, int cpu, int waker, int pid) {
    return waking(time, cpu, waker, pid).wakeup(time + 1, cpu, waker, pid);
  }

  public TraceBuilder waking(long time, int cpu, int waker, int pid) {
    events.add(new TraceEvent.Wake(time, cpu, Stage.WAKING, waker, pid, name(pid), PRIO, 0));
    return this;
  }

  public TraceBuilder wakeup(long time, int cpu, int waker, int pid) {
    events.add(new TraceEvent.Wake(time, cpu, Stage.WAKEUP, waker, pid, name(pid), PRIO, 0));
    return this;
  }

  public TraceBuilder fork(long time, int cpu, int parent, int child) {
    events.add(new TraceEvent.Fork(time, cpu, parent, name(parent), child, name(child)));
    events.add(
        new TraceEvent.Wake(time + 1, cpu, Stage.NEW, parent, child, name(child), PRIO, cpu));
    return this;
  }

  public TraceBuilder step(long time, int cpu, CustodyStep step, int pid, int target) {
    custody = true;
    events.add(new TraceEvent.Custody(new CustodyRecord(time, cpu, step, pid, 5, target, 0)));
    return this;
  }

  private static String name(int pid) {
    return pid == 0 ? "swapper" : "t" + pid;
  }

  private static BitSet cpus(int... numbers) {
    BitSet cpus = new BitSet();
    for (int cpu : numbers) {
      cpus.set(cpu);
    }
    return cpus;
  }

  public SchedulingTrace build() {
    TraceInfo info =
        new TraceInfo(
            "6.18.0",
            custody ? "jland" : "",
            schedulerTid,
            cpus(0, 1),
            quietIdle,
            0,
            END,
            custody,
            lost,
            lost == 0 ? END : 2 * END);
    return new SchedulingTrace(info, events, tasks);
  }
}
