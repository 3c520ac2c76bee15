// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jland.scheduler.CustodyRecord;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceEvent;
import org.jland.trace.model.TraceEvent.Wake.Stage;
import org.jland.trace.model.TraceInfo;
import org.jland.trace.model.TraceTask;

/**
 * Writes the tracks that Perfetto does not make by itself: what jland did for each task, its
 * scheduler thread's bursts, counters, and the flow of a task from its waker to its CPU. One owner
 * thread.
 */
final class TrackWriter {
  private static final long SEQUENCE = 1;
  private static final long RECORDING = 1;
  private static final long CUSTODY = 2;
  private static final long BURSTS = 3;
  private static final long IN_CUSTODY = 4;
  private static final long QUEUED = 5;
  private static final long HELD = 6;
  private static final long DECISIONS = 7;
  private static final long TASK = 1L << 32;

  private final SchedulingTrace trace;
  private final PerfettoFile.PacketSink sink;
  private final Set<Integer> described = new HashSet<>();
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<Integer, TraceEvent.Wake> wakings = new HashMap<>();

  /** The flow of each task that is on its way to a CPU, and whether a slice shows where it is. */
  private final Map<Integer, Long> flows = new HashMap<>();

  private final Set<Integer> openSlices = new HashSet<>();
  private final Map<Integer, Long> queuedNs = new HashMap<>();
  private long nextFlow;
  private Burst burst;

  /** A run of the scheduler thread; it is written when its decisions are known. */
  private static final class Burst {
    private final CustodyRecord in;
    private CustodyRecord out;
    private final List<Long> flows = new ArrayList<>();
    private int decisions;

    Burst(CustodyRecord in) {
      this.in = in;
    }
  }

  TrackWriter(SchedulingTrace trace, PerfettoFile.PacketSink sink) {
    this.trace = trace;
    this.sink = sink;
    trace.tasks().forEach((pid, task) -> names.put(pid, task.comm()));
  }

  void writeAll() {
    describe(RECORDING, "jland recording", 0, false);
    recording();
    tasks();
    if (trace.info().custody()) {
      describe(CUSTODY, "jland custody", 0, false);
      describe(BURSTS, "bursts of the scheduler thread", CUSTODY, false);
      describe(IN_CUSTODY, "tasks in custody", CUSTODY, true);
      describe(QUEUED, "queued (not yet read)", CUSTODY, true);
      describe(HELD, "held (by the policy)", CUSTODY, true);
      describe(DECISIONS, "decisions of a burst", CUSTODY, true);
    }
    for (TraceEvent event : trace.events()) {
      switch (event) {
        case TraceEvent.Switch change -> change(change);
        case TraceEvent.Wake wake -> wake(wake);
        case TraceEvent.Fork fork -> names.put(fork.childPid(), fork.childComm());
        case TraceEvent.Custody custody -> step(custody.step());
      }
    }
    endBurst();
  }

  private void describe(long uuid, String name, long parent, boolean counter) {
    Message track = new Message().put(Field.TRACK_UUID, uuid).put(Field.TRACK_NAME, name);
    if (parent != 0) {
      track.put(Field.TRACK_PARENT, parent);
    }
    if (counter) {
      track.put(Field.TRACK_COUNTER, new Message().put(Field.COUNTER_UNIT, Field.UNIT_COUNT));
    }
    descriptor(track);
  }

  private void descriptor(Message track) {
    sink.packet(
        new Message()
            .put(Field.TIMESTAMP, trace.info().startNs())
            .put(Field.SEQUENCE, SEQUENCE)
            .put(Field.TRACK_DESCRIPTOR, track));
  }

  /** The task's own track: one with its thread's, if it is known which process that belongs to. */
  private long track(int pid) {
    long uuid = TASK + pid;
    if (described.add(pid)) {
      String name = names.getOrDefault(pid, "");
      Message track = new Message().put(Field.TRACK_UUID, uuid);
      TraceTask task = trace.tasks().get(pid);
      if (task == null) {
        track.put(Field.TRACK_NAME, name + " " + pid).put(Field.TRACK_PARENT, CUSTODY);
      } else {
        track.put(
            Field.TRACK_THREAD,
            new Message()
                .put(Field.TRACK_THREAD_PID, task.tgid())
                .put(Field.TRACK_THREAD_TID, pid)
                .put(Field.TRACK_THREAD_NAME, task.comm()));
      }
      descriptor(track);
    }
    return uuid;
  }

  private void recording() {
    TraceInfo info = trace.info();
    Message event = event(RECORDING, Field.INSTANT, Names.RECORDING);
    annotate(event, Names.FORMAT, Names.FORMAT_VERSION);
    annotate(event, Names.KERNEL, info.kernel());
    annotate(event, Names.SCHEDULER, info.scheduler());
    annotate(event, Names.SCHEDULER_TID, info.schedulerTid());
    annotate(event, Names.CPUS, PerfettoFile.text(info.cpus()));
    annotate(event, Names.QUIET_IDLE, PerfettoFile.text(info.quietIdle()));
    annotate(event, Names.START, info.startNs());
    annotate(event, Names.END, info.endNs());
    annotate(event, Names.ASKED, info.askedNs());
    annotate(event, Names.CUSTODY, info.custody() ? 1 : 0);
    annotate(event, Names.LOST, info.lostEvents());
    emit(info.startNs(), event);
  }

  /** One event tells of all tasks: the CPUs that they may use, and what else there is. */
  private void tasks() {
    Message event = event(RECORDING, Field.INSTANT, Names.TASKS);
    for (TraceTask task : trace.tasks().values()) {
      String text =
          PerfettoFile.text(task.allowed())
              + (task.kthread() ? " " + Names.KTHREAD : "")
              + (task.starved() ? " " + Names.STARVED : "");
      annotate(event, String.valueOf(task.pid()), text);
    }
    emit(trace.info().startNs(), event);
  }

  private void wake(TraceEvent.Wake wake) {
    names.put(wake.pid(), wake.comm());
    if (wake.stage() == Stage.WAKING) {
      wakings.put(wake.pid(), wake);
    }
  }

  /** The end of a task's way: its CPU runs it. */
  private void change(TraceEvent.Switch change) {
    int pid = change.nextPid();
    names.putIfAbsent(pid, change.nextComm());
    wakings.remove(pid);
    Long flow = flows.remove(pid);
    endSlice(pid, change.timeNs());
    if (flow != null) {
      Message event = event(track(pid), Field.INSTANT, "runs on CPU " + change.cpu());
      emit(change.timeNs(), event.put(Field.LAST_FLOW_IDS, flow));
    }
  }

  private void step(CustodyRecord step) {
    switch (step.step()) {
      case QUEUED -> queued(step);
      case INSERTED -> inserted(step);
      case CANCELLED -> {
        endSlice(step.pid(), step.timeNs());
        queuedNs.remove(step.pid());
        flows.remove(step.pid());
        instant(step, "cancelled");
        count(IN_CUSTODY, step.timeNs(), queuedNs.size());
      }
      case STALE -> {
        if (burst != null) {
          burst.decisions++;
        }
        instant(step, "stale decision");
      }
      case FAST -> place(step, "fast path to CPU " + step.target());
      case HANDOFF -> place(step, "hand-off on CPU " + step.target());
      case RULE -> place(step, "kernel rule: " + where(step.target()));
      case STANDING -> place(step, "standing decision: " + where(step.target()));
      case SCHED_IN -> {
        endBurst();
        burst = new Burst(step);
      }
      case SCHED_OUT -> schedulerLeaves(step);
    }
  }

  private void queued(CustodyRecord step) {
    endSlice(step.pid(), step.timeNs());
    begin(step, "in custody");
    queuedNs.put(step.pid(), step.timeNs());
    count(IN_CUSTODY, step.timeNs(), queuedNs.size());
    count(QUEUED, step.timeNs(), unread(burst == null ? 0 : burst.in.timeNs()));
  }

  private void inserted(CustodyRecord step) {
    Long queued = queuedNs.remove(step.pid());
    Long flow = flows.get(step.pid());
    if (burst != null) {
      burst.decisions++;
      if (queued != null && flow != null && burst.in.timeNs() >= queued) {
        burst.flows.add(flow);
      }
    }
    endSlice(step.pid(), step.timeNs());
    begin(step, "inserted: " + where(step.target()));
    count(IN_CUSTODY, step.timeNs(), queuedNs.size());
  }

  private void place(CustodyRecord step, String name) {
    endSlice(step.pid(), step.timeNs());
    begin(step, name);
  }

  /** A slice of the task's track that lasts until the next step or until it runs. */
  private void begin(CustodyRecord step, String name) {
    long flow = flows.computeIfAbsent(step.pid(), pid -> startFlow(step));
    Message event = event(track(step.pid()), Field.SLICE_BEGIN, name).put(Field.FLOW_IDS, flow);
    emit(step.timeNs(), annotate(event, step));
    openSlices.add(step.pid());
  }

  /** A flow begins with the waker, if there is one. */
  private long startFlow(CustodyRecord step) {
    long flow = ++nextFlow;
    TraceEvent.Wake waking = wakings.remove(step.pid());
    if (waking != null && waking.wakerPid() > 0) {
      Message event =
          event(
              track(waking.wakerPid()), Field.INSTANT, "wakes " + waking.comm() + " " + step.pid());
      emit(waking.timeNs(), event.put(Field.FLOW_IDS, flow));
    }
    return flow;
  }

  private void endSlice(int pid, long timeNs) {
    if (openSlices.remove(pid)) {
      emit(
          timeNs,
          new Message().put(Field.EVENT_TRACK, track(pid)).put(Field.TYPE, Field.SLICE_END));
    }
  }

  private void instant(CustodyRecord step, String name) {
    emit(step.timeNs(), annotate(event(track(step.pid()), Field.INSTANT, name), step));
  }

  private void schedulerLeaves(CustodyRecord step) {
    if (burst != null && burst.out == null) {
      burst.out = step;
    } else {
      instant(step, "scheduler leaves");
    }
    count(HELD, step.timeNs(), step.target());
    count(QUEUED, step.timeNs(), unread(burst == null ? 0 : burst.in.timeNs()));
  }

  /** Records that came after the scheduler thread got its CPU: it may not have read them. */
  private long unread(long sinceNs) {
    return queuedNs.values().stream().filter(time -> time > sinceNs).count();
  }

  private void endBurst() {
    if (burst == null) {
      return;
    }
    Message begin = event(BURSTS, Field.SLICE_BEGIN, burst.decisions + " decisions");
    burst.flows.forEach(flow -> begin.put(Field.FLOW_IDS, flow));
    emit(burst.in.timeNs(), annotate(begin, burst.in));
    if (burst.out != null) {
      Message end = new Message().put(Field.EVENT_TRACK, BURSTS).put(Field.TYPE, Field.SLICE_END);
      emit(burst.out.timeNs(), annotate(end.put(Field.CATEGORIES, Names.CATEGORY), burst.out));
    }
    if (burst.decisions > 0) {
      count(DECISIONS, burst.in.timeNs(), burst.decisions);
    }
    burst = null;
  }

  private void count(long track, long timeNs, long value) {
    emit(
        timeNs,
        new Message()
            .put(Field.TYPE, Field.COUNTER)
            .put(Field.EVENT_TRACK, track)
            .put(Field.COUNTER_VALUE, value));
  }

  private static String where(int target) {
    if (target >= 0) {
      return "CPU " + target;
    }
    return target == -1 ? "any CPU" : "LLC " + (-2 - target);
  }

  private static Message event(long track, int type, String name) {
    return new Message()
        .put(Field.TYPE, type)
        .put(Field.EVENT_TRACK, track)
        .put(Field.CATEGORIES, Names.CATEGORY)
        .put(Field.EVENT_NAME, name);
  }

  private static Message annotate(Message event, CustodyRecord step) {
    annotate(event, Names.STEP, step.step().number());
    annotate(event, Names.PID, step.pid());
    annotate(event, Names.CPU, step.cpu());
    annotate(event, Names.GENERATION, step.generation());
    annotate(event, Names.TARGET, step.target());
    return annotate(event, Names.FLAGS, step.flags());
  }

  private static Message annotate(Message event, String name, long value) {
    return event.put(
        Field.ANNOTATIONS,
        new Message().put(Field.ANNOTATION_INT, value).put(Field.ANNOTATION_NAME, name));
  }

  private static Message annotate(Message event, String name, String value) {
    return event.put(
        Field.ANNOTATIONS,
        new Message().put(Field.ANNOTATION_TEXT, value).put(Field.ANNOTATION_NAME, name));
  }

  private void emit(long timeNs, Message event) {
    sink.packet(
        new Message()
            .put(Field.TIMESTAMP, timeNs)
            .put(Field.SEQUENCE, SEQUENCE)
            .put(Field.TRACK_EVENT, event));
  }
}
