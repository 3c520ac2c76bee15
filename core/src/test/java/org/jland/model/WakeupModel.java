// SPDX-License-Identifier: Apache-2.0
package org.jland.model;

import java.util.EnumSet;
import java.util.List;

/**
 * Who looks again before a CPU idles: three tasks on their way through records, user space,
 * decisions and the shared DSQ; two CPUs that enqueue, dispatch and idle, one of which may run the
 * scheduler thread, which may lose its CPU or be stopped at any step. Tasks are alike, so they are
 * counted. No bypass: that is {@link BypassModel}.
 */
final class WakeupModel extends Model {

  enum Mutant {
    NONE,
    HEADS_BEFORE_PENDING,
    NO_IN_BURST,
    UPDATE_IDLE_DOES_NOT_LOOK,
    DISPATCH_DOES_NOT_WAKE,
    ENQUEUE_DOES_NOT_WAKE,
    /** As the code was: a CPU that was taken already, and looks just now, is not kicked again. */
    TAKEN_CPUS_ARE_NOT_KICKED
  }

  /* What a CPU is at. */
  private static final int BUSY = 0; // runs a task, ours or another
  private static final int HEAD = 1; // enqueue: the record is there, pending to be set
  private static final int PENDING = 2; // enqueue: pending is set, the look for idle CPUs to come
  private static final int DISPATCH = 3;
  private static final int TAKE = 4;
  private static final int LOOK_AGAIN = 5;
  private static final int AFTER = 6;
  private static final int LAST_LOOK = 7;
  private static final int IDLE = 8;
  private static final int SCHEDULER = 9; // runs the scheduler thread
  private static final int PUT = 10; // enqueue_by_rule() of the scheduler thread to come
  private static final int PUTTING = 11; // its insert is to become true

  /* What the scheduler thread does next. */
  private static final int BEGIN = 0;
  private static final int CLEAR = 1;
  private static final int READ_FIRST = 2;
  private static final int READ_SECOND = 3;
  private static final int DECIDE = 4;
  private static final int HELD = 5;
  private static final int DONE = 6;
  private static final int YIELD = 7;

  /* Where it is, if no CPU runs it. */
  private static final int RUNS = 0;
  private static final int WAITS = 1; // in SCHED_DSQ
  private static final int STOPPED = 2;

  private final Mutant mutant;
  private final int nrTasks;
  private final int off;
  private final int record; // in each CPU's ring
  private final int hands;
  private final int decisions;
  private final int shared;
  private final int buffered; // by each CPU: inserted, not yet true
  private final int pending = field(1);
  private final int inBurst = field(1);
  private final int held = field(1);
  private final int thread = field(2);
  private final int turn = field(7);
  private final int pc = fieldPerCpu(11);
  private final int drained = fieldPerCpu(1);
  private final int found = fieldPerCpu(2); // 1: a task, 2: the scheduler thread
  private final int hasTask = fieldPerCpu(1);
  private final int countedIdle = fieldPerCpu(1); // in nr_idle, and cpu_ctx.idle
  private final int inMask = fieldPerCpu(1); // the kernel's idle mask
  private final int kicked = fieldPerCpu(1);
  private final int wakesOther = fieldPerCpu(1); // a kick that takes effect soon
  private final int previous = fieldPerCpu(1); // the scheduler thread is what ran until now
  private final int missed = field(1); // it got into SCHED_DSQ just after a CPU looked there

  WakeupModel(int nrTasks, Mutant mutant) {
    this.nrTasks = nrTasks;
    this.mutant = mutant;
    off = field(nrTasks);
    record = fieldPerCpu(nrTasks);
    hands = field(nrTasks);
    decisions = field(nrTasks);
    shared = field(nrTasks);
    buffered = fieldPerCpu(nrTasks);
  }

  @Override
  void start() {
    set(off, nrTasks);
    set(thread, WAITS);
  }

  private boolean needed() {
    return is(pending) || is(inBurst) || is(held);
  }

  private boolean schedulerWaits() {
    return needed() && get(thread) == WAITS;
  }

  @Override
  void steps() {
    for (int cpu = 0; cpu < 2; cpu++) {
      String who = "cpu" + cpu + ": ";
      if (get(pc + cpu) == SCHEDULER) {
        scheduler(cpu);
      } else {
        cpu(cpu, who);
      }
    }
    if (get(thread) == WAITS) {
      step(By.LOAD, "the scheduler thread is stopped", () -> set(thread, STOPPED));
    }
    if (get(thread) == STOPPED) {
      step(
          By.LOAD,
          "the scheduler thread goes on: in SCHED_DSQ",
          () -> {
            set(thread, WAITS);
            if (needed()) {
              kickIdle();
            }
          });
    }
  }

  private void cpu(int cpu, String who) {
    switch (get(pc + cpu)) {
      case BUSY -> busy(cpu, who);
      case HEAD ->
          step(
              By.KERNEL,
              who + "pending = 1",
              () -> {
                set(pending, 1);
                set(pc + cpu, PENDING);
              });
      case PENDING ->
          step(
              By.KERNEL,
              who + "wake_for_scheduler",
              () -> {
                if (mutant != Mutant.ENQUEUE_DOES_NOT_WAKE && is(countedIdle + 1 - cpu)) {
                  takeIdle(cpu, mutant != Mutant.TAKEN_CPUS_ARE_NOT_KICKED);
                }
                kick(cpu);
                set(pc + cpu, BUSY);
              });
      case DISPATCH ->
          step(
              By.KERNEL,
              who + "drain_decisions",
              () -> {
                drain(cpu);
                set(pc + cpu, TAKE);
              });
      case TAKE ->
          step(
              By.KERNEL,
              who + "take_next",
              () -> {
                take(cpu, true);
                set(pc + cpu, is(found + cpu) ? AFTER : LOOK_AGAIN);
              });
      case LOOK_AGAIN ->
          step(
              By.KERNEL,
              who + "looks for decisions again",
              () -> {
                drain(cpu);
                take(cpu, false);
                set(pc + cpu, AFTER);
              });
      default -> afterDispatch(cpu, who);
    }
  }

  private void afterDispatch(int cpu, String who) {
    switch (get(pc + cpu)) {
      case AFTER -> step(By.KERNEL, who + "end of ops.dispatch", () -> after(cpu));
      case LAST_LOOK ->
          step(
              By.KERNEL,
              who + "update_idle looks",
              () -> {
                boolean work = schedulerWaits() || get(decisions) + get(shared) > 0;
                set(
                    kicked + cpu,
                    is(kicked + cpu) || work && mutant != Mutant.UPDATE_IDLE_DOES_NOT_LOOK);
                set(pc + cpu, IDLE);
              });
      case PUT ->
          step(
              By.KERNEL,
              who + "enqueue_by_rule: the scheduler thread",
              () -> {
                if (needed()) {
                  takeIdle(cpu, false); // wake_cpu_for()
                }
                set(pc + cpu, PUTTING);
              });
      case PUTTING ->
          step(
              By.KERNEL,
              who + "the scheduler thread is in SCHED_DSQ",
              () -> {
                set(thread, WAITS);
                set(previous + cpu, 0);
                kick(cpu);
                set(missed, needed() && hasLooked(1 - cpu));
                next(cpu);
              });
      default -> {
        if (is(kicked + cpu)) {
          step(
              By.KERNEL,
              who + "is kicked",
              () -> {
                set(kicked + cpu, 0);
                set(pc + cpu, DISPATCH);
              });
        }
      }
    }
  }

  private void busy(int cpu, String who) {
    if (get(off) > 0) {
      step(
          By.LOAD,
          who + "a task wants a CPU: head published",
          () -> {
            add(off, -1);
            add(record + cpu, 1);
            set(pc + cpu, HEAD);
          });
    }
    step(
        By.SLICE,
        who + "its task sleeps: ops.dispatch",
        () -> {
          if (is(hasTask + cpu)) {
            set(hasTask + cpu, 0);
            add(off, 1);
          }
          set(pc + cpu, DISPATCH);
        });
  }

  private void drain(int cpu) {
    if (get(decisions) == 0) {
      return;
    }
    add(buffered + cpu, get(decisions));
    set(decisions, 0);
    set(drained + cpu, 1);
    takeIdle(cpu, false); // wake_cpu_for()
  }

  private void take(int cpu, boolean schedulerToo) {
    add(shared, get(buffered + cpu));
    set(buffered + cpu, 0);
    if (get(shared) > 0) {
      add(shared, -1);
      set(found + cpu, 1);
    } else if (schedulerToo && schedulerWaits()) {
      set(thread, RUNS);
      set(missed, 0);
      set(found + cpu, 2);
    }
  }

  private void after(int cpu) {
    boolean wakes = is(drained + cpu) && is(countedIdle + 1 - cpu) && get(shared) > 0;
    if (wakes && mutant != Mutant.DISPATCH_DOES_NOT_WAKE) {
      set(wakesOther + cpu, 1);
    }
    kick(cpu);
    set(drained + cpu, 0);
    if (!is(previous + cpu)) {
      next(cpu);
    } else if (is(found + cpu) || !needed()) {
      set(pc + cpu, PUT);
    } else {
      set(previous + cpu, 0); // nobody competes: it goes on
      set(pc + cpu, SCHEDULER);
    }
  }

  /** What was found runs, or the CPU idles. */
  private void next(int cpu) {
    int what = get(found + cpu);
    set(found + cpu, 0);
    if (what != 0) {
      set(hasTask + cpu, what == 1);
      set(countedIdle + cpu, 0);
      set(inMask + cpu, 0);
      set(pc + cpu, what == 1 ? BUSY : SCHEDULER);
    } else if (is(countedIdle + cpu)) {
      set(inMask + cpu, 1); // from idle to idle: no call of ops.update_idle
      set(pc + cpu, IDLE);
    } else {
      set(inMask + cpu, 1);
      set(countedIdle + cpu, 1);
      set(pc + cpu, LAST_LOOK);
    }
  }

  /** Takes the other CPU if it is marked idle; else kicks it if it may be on its way there. */
  private void takeIdle(int cpu, boolean takenToo) {
    int other = 1 - cpu;
    if (is(inMask + other) || takenToo) {
      set(inMask + other, 0);
      set(wakesOther + cpu, 1);
    }
  }

  /** Interrupts are on again: the kicks take effect on a CPU that idles, or is bound to. */
  private void kick(int cpu) {
    if (is(wakesOther + cpu)) {
      set(wakesOther + cpu, 0);
      kickIdleCpu(1 - cpu);
    }
  }

  private void kickIdle() {
    kickIdleCpu(0);
    kickIdleCpu(1);
  }

  private void kickIdleCpu(int cpu) {
    if (is(countedIdle + cpu)) {
      set(kicked + cpu, 1);
    }
  }

  /** The scheduler thread: SchedulerLoop and Pipeline. */
  private void scheduler(int cpu) {
    boolean headsFirst = mutant == Mutant.HEADS_BEFORE_PENDING;
    switch (get(turn)) {
      case BEGIN ->
          step(
              By.USER,
              "java: in_burst = 1",
              () -> {
                set(inBurst, mutant != Mutant.NO_IN_BURST);
                set(turn, headsFirst ? READ_FIRST : CLEAR);
              });
      case CLEAR ->
          step(
              By.USER,
              "java: pending = 0",
              () -> {
                set(pending, 0);
                set(turn, headsFirst ? DECIDE : READ_FIRST);
              });
      case READ_FIRST -> step(By.USER, "java: reads cpu0's records", () -> read(0, READ_SECOND));
      case READ_SECOND ->
          step(By.USER, "java: reads cpu1's records", () -> read(1, headsFirst ? CLEAR : DECIDE));
      case DECIDE -> {
        step(
            By.USER,
            "java: publishes decisions",
            () -> {
              add(decisions, get(hands));
              set(hands, 0);
              set(turn, HELD);
            });
        if (get(hands) > 0) {
          step(By.LOAD, "java: keeps them", () -> set(turn, HELD));
        }
      }
      case HELD ->
          step(
              By.USER,
              "java: nr_held",
              () -> {
                set(held, get(hands) > 0);
                set(turn, DONE);
              });
      case DONE ->
          step(
              By.USER,
              "java: in_burst = 0",
              () -> {
                set(inBurst, 0);
                set(turn, YIELD);
              });
      default ->
          step(
              By.USER,
              "java: yields",
              () -> {
                set(turn, BEGIN);
                set(previous + cpu, 1);
                set(pc + cpu, DISPATCH);
              });
    }
    step(
        By.LOAD,
        "the scheduler thread loses its CPU",
        () -> {
          set(previous + cpu, 1);
          set(pc + cpu, DISPATCH);
        });
    step(
        By.LOAD,
        "the scheduler thread is stopped on its CPU",
        () -> {
          set(thread, STOPPED);
          set(pc + cpu, DISPATCH);
        });
  }

  private void read(int ring, int next) {
    add(hands, get(record + ring));
    set(record + ring, 0);
    set(turn, next);
  }

  @Override
  String broken() {
    int known = get(off) + get(hands) + get(decisions) + get(shared);
    for (int cpu = 0; cpu < 2; cpu++) {
      known += get(record + cpu) + get(buffered + cpu) + get(hasTask + cpu);
      known += get(found + cpu) == 1 ? 1 : 0;
    }
    return known == nrTasks ? null : "each task is in one place";
  }

  /** Has this CPU seen SCHED_DSQ for the last time before it idles? */
  private boolean hasLooked(int cpu) {
    int at = get(pc + cpu);
    boolean again = is(countedIdle + cpu) && (at == LOOK_AGAIN || at == AFTER);
    return !is(kicked + cpu) && (at == IDLE || again);
  }

  private boolean idles(int cpu) {
    return get(pc + cpu) == IDLE && !is(kicked + cpu);
  }

  @Override
  List<Promise> promises() {
    EnumSet<By> atOnce = EnumSet.of(By.KERNEL, By.USER);
    return List.of(
        new Promise(
            "no CPU idles beside a decided task",
            atOnce,
            () -> get(shared) + get(decisions) == 0 || !idles(0) && !idles(1)),
        new Promise(
            "no CPU idles while the scheduler thread is needed and ready",
            atOnce,
            () -> !schedulerWaits() || is(missed) || !idles(0) && !idles(1)),
        new Promise(
            "a queued task runs, if user space is not stopped",
            EnumSet.of(By.KERNEL, By.USER, By.SLICE),
            () ->
                get(thread) == STOPPED
                    || get(record) + get(record + 1) + get(hands) + get(decisions) + get(shared)
                        == 0));
  }
}
