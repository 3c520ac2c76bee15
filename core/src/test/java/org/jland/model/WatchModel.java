// SPDX-License-Identifier: Apache-2.0
package org.jland.model;

import java.util.EnumSet;
import java.util.List;

/**
 * The watch going dormant against tasks that enter custody. Its look is no single moment: it reads
 * shared_ctl word by word, and each CPU's count of custody one after another, while two CPUs
 * enqueue and drain. User space decides about tasks, keeps them, or forgets them.
 */
final class WatchModel extends Model {

  enum Mutant {
    NONE,
    /** The watch says that it sleeps, and does not look again. */
    DORMANT_WITHOUT_SECOND_LOOK,
    /** Who enqueues looks whether somebody watches before its task is in custody. */
    WATCH_SEEN_BEFORE_CUSTODY
  }

  private static final int MAX_ENQUEUES = 3;

  /* What a CPU is at. */
  private static final int REST = 0;
  private static final int COUNTED = 1;
  private static final int PUBLISHED = 2;
  private static final int BEGUN = 3;

  /* What the watch reads next. */
  private static final int WAITS = 0;
  private static final int NEEDED = 1;
  private static final int FIRST_CPU = 2;
  private static final int SECOND_CPU = 3;
  private static final int SLEEPS = 4;
  private static final int GOES_ON = 5;

  private final Mutant mutant;
  private final int left = field(MAX_ENQUEUES); // enqueues that may still come
  private final int unread = field(MAX_ENQUEUES);
  private final int inHands = field(MAX_ENQUEUES);
  private final int forgotten = field(MAX_ENQUEUES);
  private final int decided = field(MAX_ENQUEUES);
  private final int pending = field(1);
  private final int inBurst = field(1);
  private final int held = field(1);
  private final int count = fieldPerCpu(2 * MAX_ENQUEUES); // cpu_ctx.custody, plus MAX_ENQUEUES
  private final int pc = fieldPerCpu(3);
  private final int sawNoWatch = fieldPerCpu(1);
  private final int watchOn = field(1);
  private final int watch = field(5);
  private final int again = field(1); // the watch's second look
  private final int sum = field(4 * MAX_ENQUEUES); // of the counts that it has read

  WatchModel(Mutant mutant) {
    this.mutant = mutant;
  }

  @Override
  void start() {
    set(left, MAX_ENQUEUES);
    set(count, MAX_ENQUEUES);
    set(count + 1, MAX_ENQUEUES);
  }

  @Override
  void steps() {
    for (int cpu = 0; cpu < 2; cpu++) {
      cpu(cpu, "cpu" + cpu + ": ");
    }
    userSpace();
    watch();
  }

  private void cpu(int cpu, String who) {
    switch (get(pc + cpu)) {
      case REST -> {
        if (get(left) > 0) {
          step(
              By.LOAD,
              who + "ops.enqueue begins",
              () -> {
                add(left, -1);
                set(sawNoWatch + cpu, mutant == Mutant.WATCH_SEEN_BEFORE_CUSTODY && !is(watchOn));
                set(pc + cpu, BEGUN);
              });
        }
        if (get(decided) > 0) {
          step(
              By.KERNEL,
              who + "carry_out",
              () -> {
                add(decided, -1);
                add(count + cpu, -1);
              });
        }
      }
      case BEGUN ->
          step(
              By.KERNEL,
              who + "enter_custody: word and count",
              () -> {
                add(count + cpu, 1);
                set(pc + cpu, COUNTED);
              });
      case COUNTED ->
          step(
              By.KERNEL,
              who + "publish_record",
              () -> {
                add(unread, 1);
                set(pending, 1);
                set(pc + cpu, PUBLISHED);
              });
      default ->
          step(
              By.KERNEL,
              who + "watch_custody",
              () -> {
                boolean start =
                    mutant == Mutant.WATCH_SEEN_BEFORE_CUSTODY
                        ? is(sawNoWatch + cpu)
                        : !is(watchOn);
                if (start) {
                  set(watchOn, 1);
                }
                set(sawNoWatch + cpu, 0);
                set(pc + cpu, REST);
              });
    }
  }

  private void userSpace() {
    if (!is(inBurst) && (is(pending) || is(held))) {
      step(
          By.USER,
          "user space: burst begins",
          () -> {
            set(inBurst, 1);
            set(pending, 0);
          });
    }
    if (!is(inBurst)) {
      return;
    }
    if (get(unread) > 0) {
      step(
          By.USER,
          "user space reads a record",
          () -> {
            add(unread, -1);
            add(inHands, 1);
          });
    }
    if (get(inHands) > 0) {
      step(
          By.USER,
          "user space decides",
          () -> {
            add(inHands, -1);
            add(decided, 1);
          });
      step(
          By.USER,
          "user space forgets",
          () -> {
            add(inHands, -1);
            add(forgotten, 1);
          });
    }
    step(
        By.USER,
        "user space: burst ends",
        () -> {
          set(held, get(inHands) > 0);
          set(inBurst, 0);
        });
  }

  /** nothing_to_watch() and what follows from it; the rest of the look is of no interest here. */
  private void watch() {
    switch (get(watch)) {
      case WAITS -> {
        if (is(watchOn)) {
          step(By.TIMER, "watch: looks", () -> look(false));
        }
      }
      case NEEDED ->
          step(
              By.TIMER,
              "watch: sched_needed",
              () -> {
                boolean needed = is(pending) || is(inBurst) || is(held);
                set(watch, needed ? GOES_ON : FIRST_CPU);
              });
      case FIRST_CPU ->
          step(
              By.TIMER,
              "watch: count of cpu0",
              () -> {
                set(sum, get(count));
                set(watch, SECOND_CPU);
              });
      case SECOND_CPU ->
          step(
              By.TIMER,
              "watch: count of cpu1",
              () -> {
                boolean none = get(sum) + get(count + 1) == 2 * MAX_ENQUEUES;
                set(sum, 0);
                set(watch, none ? SLEEPS : GOES_ON);
              });
      case SLEEPS -> {
        if (is(again)) {
          step(By.TIMER, "watch: nothing again, the timer is not set", this::rest);
        } else {
          step(
              By.TIMER,
              "watch: watch_on = 0",
              () -> {
                set(watchOn, 0);
                if (mutant == Mutant.DORMANT_WITHOUT_SECOND_LOOK) {
                  rest();
                } else {
                  look(true);
                }
              });
        }
      }
      default ->
          step(
              By.TIMER,
              "watch: goes on, or whoever set watch_on does",
              () -> {
                set(watchOn, 1);
                rest();
              });
    }
  }

  private void look(boolean second) {
    set(again, second);
    set(watch, NEEDED);
  }

  private void rest() {
    set(again, 0);
    set(watch, WAITS);
  }

  private int inCustody() {
    return get(count) + get(count + 1) - 2 * MAX_ENQUEUES;
  }

  @Override
  String broken() {
    int counted = (get(pc) == COUNTED ? 1 : 0) + (get(pc + 1) == COUNTED ? 1 : 0);
    return inCustody() == get(unread) + get(inHands) + get(forgotten) + get(decided) + counted
        ? null
        : "the counts of custody agree with where tasks are";
  }

  @Override
  List<Promise> promises() {
    return List.of(
        new Promise(
            "while a task is in custody somebody watches",
            EnumSet.of(By.KERNEL, By.TIMER),
            () -> inCustody() == 0 || is(watchOn) && get(watch) == WAITS));
  }
}
