// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.PolicyContext;
import org.jland.policy.TaskView;
import org.jland.schedulers.ModelTask.State;
import org.jland.topology.Topology;

/**
 * A small machine that a policy schedules by the rules of the BPF side: a wakeup takes an idle CPU
 * if there is one; if the task's last decision stands it is put back by that; every other task
 * becomes a record; a CPU that runs out of work first lets the policy handle all records, among
 * them that of the task whose slice has ended, then takes the earliest decision; who has the CPU
 * goes on if nobody else wants it. No preemption, no cost of scheduling. Events at the same time
 * happen in the order in which they were planned, so a seed has one trace.
 */
final class ModelMachine implements Dispatcher {

  static final long MS = 1_000_000;
  static final long DEFAULT_SLICE = 20 * MS;
  private static final long LEFT_MIN = MS / 4;

  /** One turn of a task on a CPU, and how long it waited for it. */
  record Turn(long startNs, long waitNs, int cpu, int pid, long sliceNs) {}

  private record Event(long time, long number, Runnable action) {}

  final List<ModelTask> tasks = new ArrayList<>();
  final List<Turn> trace = new ArrayList<>();
  long nrQueued;
  long nrDispatched;
  long nrStanding;
  long nrCancelled;
  long nrBounced;
  long longestSliceNs;

  private final Policy policy;
  private final Random random;
  private final int room;
  private final ModelTask[] running;
  private final Map<Integer, ModelTask> byPid = new HashMap<>();
  private final Deque<ModelTask> records = new ArrayDeque<>();
  private final List<ModelTask> decided = new ArrayList<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::number));
  private final MemorySegment record = Arena.ofAuto().allocate(QueuedTaskLayout.LAYOUT);
  private final TaskView view = new TaskView().wrap(record, 0);
  private long now = 1_000 * MS;
  private long generation;
  private long number;
  private int decisions;
  private int nrWaiting;

  ModelMachine(Policy policy, int nrCpus, long seed) {
    this(policy, nrCpus, seed, 4096);
  }

  /** A machine whose ring of decisions is small. */
  ModelMachine(Policy policy, int nrCpus, long seed, int room) {
    this.policy = policy;
    this.random = new Random(seed);
    this.room = room;
    this.running = new ModelTask[nrCpus];
    List<Topology.Cpu> cpus = new ArrayList<>();
    for (int cpu = 0; cpu < nrCpus; cpu++) {
      cpus.add(new Topology.Cpu(cpu, cpu, 0, 0, 1024));
    }
    policy.init(new PolicyContext(new Topology(nrCpus, cpus, 1, 1), DEFAULT_SLICE));
  }

  /** A task that wakes after a while. */
  ModelTask start(int pid, int weight, long afterNs, ModelTask.Behaviour behaviour) {
    return start(pid, weight, -1, afterNs, behaviour);
  }

  /** A task that may use one CPU only. */
  ModelTask start(int pid, int weight, int cpu, long afterNs, ModelTask.Behaviour behaviour) {
    ModelTask task = new ModelTask(pid, weight, cpu, behaviour);
    task.cpu = Math.max(cpu, 0);
    tasks.add(task);
    at(
        now + afterNs,
        () -> {
          byPid.put(pid, task);
          wake(task);
        });
    return task;
  }

  long now() {
    return now;
  }

  /** Lets the time pass. */
  void run(long ns) {
    long end = now + ns;
    while (!events.isEmpty() && events.peek().time() <= end) {
      step();
    }
    now = end;
  }

  /** Runs until nothing happens any more: all tasks have ended, or were lost. */
  void runOut() {
    while (!events.isEmpty()) {
      step();
    }
  }

  private void step() {
    Event event = events.remove();
    now = event.time();
    event.action().run();
    useIdleCpus();
  }

  private void at(long time, Runnable action) {
    events.add(new Event(time, number++, action));
  }

  private void wake(ModelTask task) {
    task.burstLeft = task.behaviour.run(random);
    task.woke = true;
    task.enqTs = now;
    int cpu = idleCpuFor(task);
    if (cpu >= 0) {
      task.sliceNs = DEFAULT_SLICE;
      give(cpu, task);
    } else if (task.stands && task.runDelta + LEFT_MIN < task.decidedSliceNs) {
      task.state = State.DECIDED;
      task.sliceNs = task.decidedSliceNs - task.runDelta;
      task.vtime = now + task.decidedPlace;
      task.order = number++;
      decided.add(task);
      nrStanding++;
    } else {
      queue(task);
    }
  }

  private int idleCpuFor(ModelTask task) {
    if (running[task.cpu] == null && task.mayRunOn(task.cpu)) {
      return task.cpu;
    }
    for (int cpu = 0; cpu < running.length; cpu++) {
      if (running[cpu] == null && task.mayRunOn(cpu)) {
        return cpu;
      }
    }
    return -1;
  }

  private void queue(ModelTask task) {
    task.state = State.QUEUED;
    task.enqTs = now;
    task.id = (long) task.pid << RingLayout.GENERATION_BITS | ++generation;
    records.add(task);
    nrQueued++;
  }

  private void give(int cpu, ModelTask task) {
    if (task.slept) {
      task.execRuntime = 0;
      task.slept = false;
    }
    task.state = State.RUNNING;
    task.cpu = cpu;
    task.startTs = now;
    task.nrRuns++;
    task.maxWaitNs = Math.max(task.maxWaitNs, now - task.enqTs);
    running[cpu] = task;
    longestSliceNs = Math.max(longestSliceNs, task.sliceNs);
    trace.add(new Turn(now, now - task.enqTs, cpu, task.pid, task.sliceNs));
    continueOn(cpu, task);
  }

  /** The task goes on until its slice or its work ends. */
  private void continueOn(int cpu, ModelTask task) {
    long ns = Math.min(task.sliceNs, task.burstLeft);
    long from = now;
    at(now + ns, () -> stop(cpu, task, now - from));
  }

  private void stop(int cpu, ModelTask task, long ran) {
    task.cpuTimeNs += ran;
    task.execRuntime += ran;
    task.runDelta += ran;
    task.burstLeft -= ran;
    task.stopTs = now;
    if (task.burstLeft == 0) {
      running[cpu] = null;
      rest(task);
      next(cpu);
      return;
    }
    if (records.isEmpty() && !isHolding() && decided.stream().noneMatch(one -> isFor(cpu, one))) {
      task.sliceNs = DEFAULT_SLICE;
      continueOn(cpu, task);
      return;
    }
    task.woke = false;
    queue(task);
    running[cpu] = null;
    next(cpu);
  }

  private static boolean isFor(int cpu, ModelTask task) {
    return (task.queueCpu < 0 || task.queueCpu == cpu) && task.mayRunOn(cpu);
  }

  private void rest(ModelTask task) {
    task.burst = task.burst * 3 + task.execRuntime >> 2;
    task.slept = true;
    long sleep = task.behaviour.sleep(random);
    if (sleep < 0) {
      task.state = State.ENDED;
      byPid.remove(task.pid, task);
      policy.exited(task.pid);
    } else {
      task.state = State.SLEEPING;
      at(now + sleep, () -> wake(task));
    }
  }

  private void next(int cpu) {
    ModelTask task = takeFor(cpu);
    if (task != null) {
      give(cpu, task);
    }
  }

  /** A CPU that idles looks once more whenever something has changed. */
  private void useIdleCpus() {
    for (int cpu = 0; cpu < running.length; cpu++) {
      if (running[cpu] == null && (!records.isEmpty() || !decided.isEmpty() || isHolding())) {
        next(cpu);
      }
    }
  }

  private boolean isHolding() {
    return policy.nrHeld() != 0;
  }

  private ModelTask takeFor(int cpu) {
    burst();
    ModelTask first = null;
    for (ModelTask task : decided) {
      if (isFor(cpu, task) && (first == null || isEarlier(task, first))) {
        first = task;
      }
    }
    if (first != null) {
      decided.remove(first);
    }
    return first;
  }

  private static boolean isEarlier(ModelTask task, ModelTask other) {
    long difference = task.vtime - other.vtime;
    return difference < 0 || difference == 0 && task.order < other.order;
  }

  /** The scheduler thread's turn. */
  private void burst() {
    if (records.isEmpty() && !isHolding()) {
      return;
    }
    nrWaiting = decided.size();
    decisions = 0;
    while (!records.isEmpty() && room() > 0) {
      ModelTask task = records.remove();
      show(task);
      policy.enqueued(view, this);
      record.fill((byte) 0xa5); // who keeps the view sees nonsense
    }
    policy.dispatch(this);
    policy.tick(now);
  }

  private void show(ModelTask task) {
    record.fill((byte) 0);
    record.set(JAVA_LONG, QueuedTaskLayout.ID, task.id);
    record.set(JAVA_LONG, QueuedTaskLayout.ENQ_TS, task.enqTs);
    record.set(JAVA_LONG, QueuedTaskLayout.START_TS, task.startTs);
    record.set(JAVA_LONG, QueuedTaskLayout.STOP_TS, task.stopTs);
    record.set(JAVA_LONG, QueuedTaskLayout.EXEC_RUNTIME, task.slept ? 0 : task.execRuntime);
    record.set(JAVA_LONG, QueuedTaskLayout.BURST, task.burst);
    record.set(JAVA_LONG, QueuedTaskLayout.RUN_DELTA, task.runDelta);
    record.set(JAVA_LONG, QueuedTaskLayout.VTIME, task.vtime);
    record.set(JAVA_LONG, QueuedTaskLayout.COOKIE, task.cookie);
    record.set(JAVA_INT, QueuedTaskLayout.TGID, task.pid);
    record.set(JAVA_INT, QueuedTaskLayout.CPU, task.cpu);
    record.set(JAVA_INT, QueuedTaskLayout.WEIGHT, task.weight);
    int nrAllowed = task.onlyCpu < 0 ? running.length : 1;
    record.set(JAVA_INT, QueuedTaskLayout.NR_CPUS_ALLOWED, nrAllowed);
    int flags = task.woke ? QueuedTaskLayout.FLAG_WAKEUP : 0;
    flags |= task.known ? 0 : QueuedTaskLayout.FLAG_NEW;
    if (task.onlyCpu >= 0) {
      flags |= QueuedTaskLayout.FLAG_RESTRICTED;
      record.set(JAVA_LONG, QueuedTaskLayout.ALLOWED, 1L << task.onlyCpu);
    }
    record.set(JAVA_INT, QueuedTaskLayout.FLAGS, flags);
    task.runDelta = 0;
    task.known = true;
    task.stands = false;
  }

  @Override
  public int room() {
    return room - decisions;
  }

  @Override
  public boolean dispatch(long id, int cpu, long sliceNs, long vtime, long cookie, int flags) {
    if (room() == 0) {
      return false;
    }
    decisions++;
    ModelTask task = byPid.get(TaskView.pid(id));
    if (task == null || task.id != id || task.state != State.QUEUED) {
      nrCancelled++;
      return true;
    }
    nrDispatched++;
    task.state = State.DECIDED;
    task.sliceNs = sliceNs == 0 ? DEFAULT_SLICE : sliceNs;
    task.vtime = vtime;
    task.cookie = cookie;
    task.stands = (flags & Dispatcher.STANDING) != 0 && cpu == Dispatcher.ANY_CPU;
    task.decidedSliceNs = task.sliceNs;
    task.decidedPlace = vtime - task.enqTs;
    task.order = number++;
    task.queueCpu = cpu;
    if (cpu >= 0 && !task.mayRunOn(cpu)) {
      nrBounced++;
      task.queueCpu = -1;
    }
    decided.add(task);
    return true;
  }

  @Override
  public int selectIdleCpu(TaskView task) {
    for (int cpu = 0; cpu < running.length; cpu++) {
      if (running[cpu] == null && task.isAllowed(cpu)) {
        return cpu;
      }
    }
    return -1;
  }

  @Override
  public int nrWaiting() {
    return nrWaiting;
  }

  /** How many tasks only user space can make run. */
  long inCustody() {
    return byPid.values().stream().filter(task -> task.state == State.QUEUED).count();
  }

  /** Tasks that have not ended. */
  List<ModelTask> alive() {
    return tasks.stream().filter(task -> task.state != State.ENDED).toList();
  }
}
