// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jland.scheduler.CustodyRecord;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceEvent;
import org.jland.trace.model.TraceEvent.Wake.Stage;
import org.jland.trace.model.TraceInfo;

/**
 * Goes through a recording and knows at each moment what every CPU runs and which tasks wait.
 *
 * <p>What was so before the recording is concluded from what came first: a task that gets a CPU
 * without having been woken had waited, one that leaves a CPU had run there, one that is woken had
 * slept. One owner thread; run it once.
 */
final class Replay {
  private static final int UNKNOWN = -1;

  /** Why a task waits. */
  enum Cause {
    /** It waited when the recording began. */
    BEFORE,
    /** It was woken. */
    WOKEN,
    /** It is new. */
    NEW,
    /** It had a CPU and was made to leave, or yielded. */
    PREEMPTED
  }

  private enum State {
    ASLEEP,
    WAITING,
    RUNNING
  }

  /** A task, as far as the replay has come. */
  static final class Task {
    final int pid;
    String comm = "";
    Cause cause = Cause.BEFORE;

    /** Since when it waits. */
    long sinceNs;

    /** When its waker began to wake it, at or before {@code sinceNs}. */
    long wakingNs;

    int wakerPid;
    String wakerComm = "";
    private State state = State.ASLEEP;
    private long pendingWakingNs;
    private int pendingWaker;
    private String pendingWakerComm = "";

    Task(int pid) {
      this.pid = pid;
    }
  }

  /** Is told what happens, in the order of time. */
  interface Observer {
    /** Nothing changes between two times; the replay shows the state. */
    default void span(long fromNs, long toNs) {}

    /** A task that waited gets a CPU; it still shows since when and why it waited. */
    default void ran(Task task, int cpu, long timeNs) {}

    /** A step of jland's BPF side. */
    default void step(CustodyRecord step) {}

    /** The recording is over; these tasks still wait. */
    default void end(long timeNs, Collection<Task> waiting) {}
  }

  private final SchedulingTrace trace;
  private final Map<Integer, Task> tasks = new HashMap<>();
  private final Map<Integer, Integer> current = new HashMap<>();
  private final Map<Integer, String> names = new HashMap<>();
  private final Set<Task> waiting = new LinkedHashSet<>();
  private long version;

  Replay(SchedulingTrace trace) {
    this.trace = trace;
    trace.tasks().forEach((pid, task) -> names.put(pid, task.comm()));
  }

  /** The tasks that wait now, longest first; the scheduler's own thread never does. */
  Set<Task> waiting() {
    return waiting;
  }

  /** Whether a CPU idles now. */
  boolean isIdle(int cpu) {
    return current.getOrDefault(cpu, UNKNOWN) == 0;
  }

  /** Moves on with every change of what waits and what idles. */
  long version() {
    return version;
  }

  void run(List<? extends Observer> observers) {
    begin();
    TraceInfo info = trace.info();
    long last = info.startNs();
    for (TraceEvent event : trace.events()) {
      if (event.timeNs() > last) {
        for (Observer observer : observers) {
          observer.span(last, event.timeNs());
        }
        last = event.timeNs();
      }
      switch (event) {
        case TraceEvent.Switch change -> change(change, observers);
        case TraceEvent.Wake wake -> wake(wake);
        case TraceEvent.Fork fork -> names.put(fork.childPid(), fork.childComm());
        case TraceEvent.Custody custody -> observers.forEach(o -> o.step(custody.step()));
      }
    }
    for (Observer observer : observers) {
      if (info.endNs() > last) {
        observer.span(last, info.endNs());
      }
      observer.end(info.endNs(), waiting);
    }
  }

  /** Concludes how things stood at the start. */
  private void begin() {
    TraceInfo info = trace.info();
    for (TraceEvent event : trace.events()) {
      if (event instanceof TraceEvent.Switch change) {
        current.putIfAbsent(change.cpu(), change.prevPid());
      }
    }
    info.quietIdle().stream().forEach(cpu -> current.put(cpu, 0));
    for (int pid : current.values()) {
      if (pid > 0) {
        task(pid, "").state = State.RUNNING;
      }
    }
    for (TraceEvent event : trace.events()) {
      if (event instanceof TraceEvent.Wake wake) {
        task(wake.pid(), wake.comm());
      } else if (event instanceof TraceEvent.Switch change
          && change.nextPid() > 0
          && !tasks.containsKey(change.nextPid())) {
        await(task(change.nextPid(), change.nextComm()), info.startNs(), Cause.BEFORE);
      }
    }
    trace.tasks().values().stream()
        .filter(task -> task.starved() && !tasks.containsKey(task.pid()))
        .forEach(task -> await(task(task.pid(), task.comm()), info.startNs(), Cause.BEFORE));
  }

  private Task task(int pid, String comm) {
    Task task = tasks.computeIfAbsent(pid, Task::new);
    if (!comm.isEmpty()) {
      task.comm = comm;
      names.put(pid, comm);
    }
    return task;
  }

  private void await(Task task, long sinceNs, Cause cause) {
    task.state = State.WAITING;
    task.sinceNs = sinceNs;
    task.wakingNs = sinceNs;
    task.cause = cause;
    if (task.pid != trace.info().schedulerTid()) {
      waiting.add(task);
      version++;
    }
  }

  private void change(TraceEvent.Switch change, List<? extends Observer> observers) {
    if (change.prevPid() > 0) {
      Task prev = task(change.prevPid(), change.prevComm());
      if (change.prevIsRunnable()) {
        await(prev, change.timeNs(), Cause.PREEMPTED);
      } else {
        prev.state = State.ASLEEP;
      }
    }
    if (change.nextPid() > 0) {
      Task next = task(change.nextPid(), change.nextComm());
      if (next.state == State.WAITING && next.pid != trace.info().schedulerTid()) {
        for (Observer observer : observers) {
          observer.ran(next, change.cpu(), change.timeNs());
        }
      }
      next.state = State.RUNNING;
      next.pendingWakingNs = 0;
      waiting.remove(next);
    }
    current.put(change.cpu(), change.nextPid());
    version++;
  }

  /**
   * A wake-up begins while its task may still be on its way off a CPU, so its first event is only
   * noted. Who is on a run queue or runs anyway is not woken by it.
   */
  private void wake(TraceEvent.Wake wake) {
    Task task = task(wake.pid(), wake.comm());
    switch (wake.stage()) {
      case WAKING -> {
        task.pendingWakingNs = wake.timeNs();
        task.pendingWaker = wake.wakerPid();
        task.pendingWakerComm = names.getOrDefault(wake.wakerPid(), "");
      }
      case WAKEUP, NEW -> {
        if (task.state == State.ASLEEP) {
          boolean isNew = wake.stage() == Stage.NEW;
          await(task, wake.timeNs(), isNew ? Cause.NEW : Cause.WOKEN);
          boolean known = task.pendingWakingNs > 0 && !isNew;
          task.wakingNs = known ? task.pendingWakingNs : wake.timeNs();
          task.wakerPid = known ? task.pendingWaker : wake.wakerPid();
          task.wakerComm = known ? task.pendingWakerComm : names.getOrDefault(wake.wakerPid(), "");
        }
        task.pendingWakingNs = 0;
      }
    }
  }
}
