// SPDX-License-Identifier: Apache-2.0
package org.jland.model;

import java.util.EnumSet;
import java.util.List;

/**
 * One task's custody word between those who move it: its run queue's lock holder (enqueue, move,
 * exit, class), user space that decides and decides again, the watch that takes it back, and two
 * CPUs that carry such decisions out. Tasks share no word, so one stands for all.
 *
 * <p>The kernel's part is as in kernel/sched/ext.c: an enqueue gets its number before ops.enqueue
 * is called; an insert is bound to the number that is current when it is made, becomes true at the
 * end of the callback, and waits there for an ops.enqueue that is not over.
 */
final class CustodyModel extends Model {

  enum Mutant {
    NONE,
    EXCHANGE_BEFORE_INSERT,
    NO_CHECK_OF_THE_ENQUEUE,
    RESCUE_WITHOUT_THE_WORD,
    NO_CANCEL_AT_ENQUEUE,
    NO_RESCUE
  }

  private static final int MAX_ENQUEUES = 3;

  /* Where the task is. */
  private static final int SLEEPING = 0;
  private static final int QUEUEING = 1; // ops.enqueue runs
  private static final int QUEUED = 2; // the BPF side has it
  private static final int DSQ = 3;
  private static final int RUNNING = 4;
  private static final int MOVING = 5; // dequeued, to be enqueued anew
  private static final int LEAVING = 6; // it dies or leaves the class, ops.disable is to come
  private static final int GONE = 7;

  /* What a CPU is at. */
  private static final int REST = 0;
  private static final int CHECKED = 1;
  private static final int INSERTED = 2;
  private static final int EXCHANGED = 3;

  private final Mutant mutant;
  private final int place = field(7);
  private final int enqueues = field(MAX_ENQUEUES); // the kernel's number of this enqueue
  private final int enqueueStep = field(3);
  private final int generation = field(MAX_ENQUEUES);
  private final int inCustody = field(1);
  private final int wordsEnqueue = field(MAX_ENQUEUES); // tctx->qseq
  private final int records = field(15); // generations that user space knows, a bit each
  private final int decisions = field(15);
  private final int rescues = field(15);
  private final int affinity = field(1); // changes at each move
  private final int placedFor = field(MAX_ENQUEUES); // whose decision put it into its DSQ; 0 ours
  private final int placedAffinity = field(1);
  private final int own = field(MAX_ENQUEUES); // generation of this enqueue
  private final int balance = field(3); // queued - dispatched - cancelled, plus 1
  private final int taken = field(15); // generations of which a decision took effect
  private final int twice = field(1);
  private final int pc = fieldPerCpu(3);
  private final int decided = fieldPerCpu(MAX_ENQUEUES);
  private final int bound = fieldPerCpu(MAX_ENQUEUES);
  private final int seenAffinity = fieldPerCpu(1);
  private final int isRescue = fieldPerCpu(1);

  CustodyModel(Mutant mutant) {
    this.mutant = mutant;
  }

  @Override
  void start() {
    set(balance, 1);
  }

  @Override
  void steps() {
    load();
    enqueue();
    for (int g = 1; g <= MAX_ENQUEUES; g++) {
      int bit = 1 << g;
      if ((get(records) & bit) != 0) {
        step(By.USER, "user space decides", () -> set(decisions, get(decisions) | bit));
      }
    }
    if (mutant != Mutant.NO_RESCUE && is(inCustody)) {
      step(By.TIMER, "look_at", () -> set(rescues, get(rescues) | 1 << get(generation)));
    }
    for (int cpu = 0; cpu < 2; cpu++) {
      drain(cpu);
    }
  }

  /** What happens to the task by itself. */
  private void load() {
    int at = get(place);
    boolean more = get(enqueues) < MAX_ENQUEUES;
    if (more && (at == SLEEPING || at == RUNNING)) {
      step(By.LOAD, "wakes or is preempted: ops.enqueue begins", this::beginEnqueue);
    }
    if (at == MOVING && more) {
      step(By.KERNEL, "is enqueued anew: ops.enqueue begins", this::beginEnqueue);
    }
    if (more && (at == QUEUED || at == DSQ)) {
      step(
          By.LOAD,
          "its affinity changes: dequeued",
          () -> {
            set(place, MOVING);
            set(affinity, 1 - get(affinity));
          });
    }
    if (at == DSQ && get(placedAffinity) == get(affinity)) {
      step(By.SLICE, "runs", () -> set(place, RUNNING));
    }
    if (at == RUNNING) {
      step(By.LOAD, "sleeps", () -> set(place, SLEEPING));
    }
    if (at == RUNNING || at == QUEUED || at == DSQ) {
      step(By.LOAD, "dies or leaves the class", () -> set(place, LEAVING));
    }
    if (at == LEAVING) {
      step(
          By.KERNEL,
          "ops.disable: cancel_custody",
          () -> {
            cancel();
            set(place, GONE);
          });
    }
  }

  private void beginEnqueue() {
    set(place, QUEUEING);
    add(enqueues, 1);
    set(enqueueStep, 0);
    set(own, 0);
  }

  private void cancel() {
    if (is(inCustody)) {
      set(inCustody, 0);
      add(balance, -1);
    }
  }

  private void enqueue() {
    if (get(place) != QUEUEING) {
      return;
    }
    switch (get(enqueueStep)) {
      case 0 ->
          step(
              By.KERNEL,
              "enqueue: cancel_custody",
              () -> {
                if (mutant != Mutant.NO_CANCEL_AT_ENQUEUE) {
                  cancel();
                }
                set(enqueueStep, 1);
              });
      case 1 -> {
        step(
            By.KERNEL,
            "enqueue: bypass_insert, end of ops.enqueue",
            () -> placed(0, get(affinity)));
        step(
            By.KERNEL,
            "enqueue: custody word",
            () -> {
              word();
              set(enqueueStep, 2);
            });
      }
      case 2 ->
          step(
              By.KERNEL,
              "enqueue: head published",
              () -> {
                set(records, get(records) | 1 << get(generation));
                set(enqueueStep, 3);
              });
      default -> step(By.KERNEL, "enqueue: end of ops.enqueue", () -> set(place, QUEUED));
    }
  }

  private void word() {
    add(generation, 1);
    set(inCustody, 1);
    set(wordsEnqueue, get(enqueues));
    set(own, get(generation));
    add(balance, 1);
  }

  private void placed(int decision, int forAffinity) {
    set(place, DSQ);
    set(placedFor, decision);
    set(placedAffinity, forAffinity);
  }

  /** One CPU's drain_decisions() and drain_rescues(), of one decision at a time. */
  private void drain(int cpu) {
    int other = pc + 1 - cpu;
    String who = "cpu" + cpu + ": ";
    switch (get(pc + cpu)) {
      case REST -> {
        if (get(other) == CHECKED || get(other) == INSERTED) {
          return; // the drain lock
        }
        for (int g = 1; g <= MAX_ENQUEUES; g++) {
          take(cpu, g, decisions, who + "check of a decision");
          take(cpu, g, rescues, who + "check of a rescue");
        }
      }
      case CHECKED -> {
        if (mutant == Mutant.EXCHANGE_BEFORE_INSERT) {
          step(By.KERNEL, who + "exchange", () -> exchange(cpu, INSERTED));
        } else {
          step(By.KERNEL, who + "insert", () -> insert(cpu, INSERTED));
        }
      }
      case INSERTED -> {
        if (mutant == Mutant.EXCHANGE_BEFORE_INSERT) {
          step(By.KERNEL, who + "insert", () -> insert(cpu, EXCHANGED));
        } else {
          step(By.KERNEL, who + "exchange", () -> exchange(cpu, EXCHANGED));
        }
      }
      default -> {
        if (get(place) != QUEUEING) {
          step(By.KERNEL, who + "end of ops.dispatch", () -> finish(cpu));
        }
      }
    }
  }

  private void take(int cpu, int g, int from, String what) {
    if ((get(from) & 1 << g) == 0) {
      return;
    }
    step(
        By.KERNEL,
        what,
        () -> {
          set(from, get(from) & ~(1 << g));
          boolean unchecked = from == rescues && mutant == Mutant.RESCUE_WITHOUT_THE_WORD;
          if (unchecked || is(inCustody) && get(generation) == g) {
            set(pc + cpu, CHECKED);
            set(decided + cpu, g);
            set(seenAffinity + cpu, get(affinity));
            set(isRescue + cpu, from == rescues);
          }
        });
  }

  private void insert(int cpu, int next) {
    boolean there = get(place) == QUEUEING || get(place) == QUEUED;
    set(bound + cpu, there ? get(enqueues) : 0);
    set(pc + cpu, next);
  }

  private void exchange(int cpu, int next) {
    int g = get(decided + cpu);
    boolean equal = is(inCustody) && get(generation) == g;
    boolean rescue = is(isRescue + cpu);
    if (rescue && mutant == Mutant.RESCUE_WITHOUT_THE_WORD) {
      set(pc + cpu, next);
      return;
    }
    boolean boundElsewhere = get(bound + cpu) != get(wordsEnqueue);
    if (next == EXCHANGED && mutant != Mutant.NO_CHECK_OF_THE_ENQUEUE && boundElsewhere) {
      if (equal) {
        cancel();
      }
      rest(cpu);
      return;
    }
    if (!equal) {
      rest(cpu);
      return;
    }
    set(inCustody, 0);
    add(balance, -1);
    set(twice, (get(taken) & 1 << g) != 0);
    set(taken, get(taken) | 1 << g);
    set(pc + cpu, next);
  }

  /** finish_dispatch() of the kernel. */
  private void finish(int cpu) {
    if (get(place) == QUEUED && get(bound + cpu) == get(enqueues)) {
      placed(get(decided + cpu), is(isRescue + cpu) ? get(affinity) : get(seenAffinity + cpu));
    }
    rest(cpu);
  }

  private void rest(int cpu) {
    set(pc + cpu, REST);
    set(decided + cpu, 0);
    set(bound + cpu, 0);
    set(seenAffinity + cpu, 0);
    set(isRescue + cpu, 0);
  }

  @Override
  String broken() {
    if (get(balance) - 1 != get(inCustody)) {
      return "queued = dispatched + cancelled + in custody";
    }
    if (is(twice)) {
      return "a task is dispatched once for each enqueue";
    }
    if (get(place) == DSQ && get(placedAffinity) != get(affinity)) {
      return "a task is never in the DSQ of a CPU that it may not use";
    }
    if (get(place) == DSQ && is(placedFor) && get(placedFor) != get(own)) {
      return "a decision takes effect for its own enqueue only";
    }
    if (get(place) == DSQ && is(inCustody)) {
      return "a task in a DSQ is not in custody";
    }
    return null;
  }

  @Override
  List<Promise> promises() {
    EnumSet<By> kernel = EnumSet.of(By.KERNEL, By.TIMER);
    return List.of(
        new Promise(
            "a queued task gets into a DSQ though user space is stopped",
            kernel,
            () -> get(place) != QUEUED && get(place) != QUEUEING),
        new Promise(
            "what is gone is in nobody's custody",
            kernel,
            () -> get(place) != GONE && get(place) != LEAVING || !is(inCustody)));
  }
}
