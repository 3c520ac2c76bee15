// SPDX-License-Identifier: Apache-2.0
package org.jland.model;

import java.util.EnumSet;
import java.util.List;

/**
 * The word that says whether a DSQ may hold tasks (bpf/src/use.h): two CPUs insert into it and take
 * from it, the watch looks. An insert reads the word, sets it if need be, is made, and becomes true
 * when its callback is over. From the end of one look to the next every callback ends that was
 * under way; with slow callbacks it need not.
 */
final class DsqUseModel extends Model {

  enum Mutant {
    NONE,
    EMPTY_AT_ONCE,
    STORE_INSTEAD_OF_EXCHANGE,
    INSERT_BEFORE_WORD,
    NO_LOOK_BY_THE_HEARTBEAT,
    NEVER_EMPTY
  }

  private static final int NR_TASKS = 3;

  /* The word. */
  private static final int EMPTY = 0;
  private static final int QUIET = 1;
  private static final int USED = 2;

  /* What a CPU is at. */
  private static final int REST = 0;
  private static final int WORD = 1; // to be set
  private static final int INSERT = 2; // to be made
  private static final int INSERTED = 3; // to become true

  /* What the watch does next. */
  private static final int READ = 0;
  private static final int LOOK = 1;
  private static final int EXCHANGE = 2;

  private final Mutant mutant;
  private final boolean slowCallbacks;
  private final int off = field(NR_TASKS);
  private final int dsq = field(NR_TASKS);
  private final int word = field(USED);
  private final int pc = fieldPerCpu(INSERTED);
  private final int sinceLook = fieldPerCpu(1); // its callback was under way when a look ended
  private final int watch = field(EXCHANGE);

  DsqUseModel(Mutant mutant, boolean slowCallbacks) {
    this.mutant = mutant;
    this.slowCallbacks = slowCallbacks;
  }

  @Override
  void start() {
    set(off, NR_TASKS);
  }

  @Override
  void steps() {
    for (int cpu = 0; cpu < 2; cpu++) {
      cpu(cpu, "cpu" + cpu + ": ");
    }
    watch();
    if (mutant != Mutant.NO_LOOK_BY_THE_HEARTBEAT && get(word) == EMPTY && get(dsq) > 0) {
      step(By.HEARTBEAT, "heartbeat: finds a task", () -> set(word, USED));
    }
  }

  private void cpu(int cpu, String who) {
    switch (get(pc + cpu)) {
      case REST -> {
        if (get(off) > 0) {
          step(By.LOAD, who + "use_dsq reads the word", () -> begin(cpu));
        }
        if (get(word) != EMPTY && get(dsq) > 0) {
          step(
              By.SLICE,
              who + "takes a task, and that sleeps",
              () -> {
                add(dsq, -1);
                add(off, 1);
              });
        }
      }
      case WORD ->
          step(
              By.KERNEL,
              who + "the word is USED",
              () -> {
                set(word, USED);
                set(pc + cpu, mutant == Mutant.INSERT_BEFORE_WORD ? REST : INSERT);
              });
      case INSERT -> step(By.KERNEL, who + "inserts", () -> set(pc + cpu, INSERTED));
      default ->
          step(
              By.KERNEL,
              who + "the insert becomes true",
              () -> {
                add(dsq, 1);
                set(sinceLook + cpu, 0);
                set(pc + cpu, mutant == Mutant.INSERT_BEFORE_WORD ? WORD : REST);
              });
    }
  }

  private void begin(int cpu) {
    add(off, -1);
    boolean set = get(word) != USED && mutant != Mutant.INSERT_BEFORE_WORD;
    set(pc + cpu, set ? WORD : INSERT);
  }

  /** look_at_use(). */
  private void watch() {
    switch (get(watch)) {
      case READ -> {
        if (slowCallbacks || !is(sinceLook) && !is(sinceLook + 1)) {
          step(By.TIMER, "watch: reads the word", this::read);
        }
      }
      case LOOK ->
          step(
              By.TIMER,
              "watch: looks at the DSQ",
              () -> {
                if (get(dsq) == 0 && mutant != Mutant.NEVER_EMPTY) {
                  set(watch, EXCHANGE);
                } else {
                  endLook();
                }
              });
      default ->
          step(
              By.TIMER,
              "watch: EMPTY, if the word is as it was",
              () -> {
                boolean asItWas =
                    get(word) == QUIET
                        || mutant == Mutant.STORE_INSTEAD_OF_EXCHANGE
                        || mutant == Mutant.EMPTY_AT_ONCE;
                if (asItWas) {
                  set(word, EMPTY);
                }
                endLook();
              });
    }
  }

  private void read() {
    if (get(word) == QUIET || get(word) == USED && mutant == Mutant.EMPTY_AT_ONCE) {
      set(watch, LOOK);
      return;
    }
    if (get(word) == USED) {
      set(word, QUIET);
    }
    endLook();
  }

  private void endLook() {
    set(watch, READ);
    for (int cpu = 0; cpu < 2; cpu++) {
      set(sinceLook + cpu, get(pc + cpu) != REST);
    }
  }

  @Override
  String broken() {
    int under = (get(pc) == REST ? 0 : 1) + (get(pc + 1) == REST ? 0 : 1);
    if (mutant != Mutant.INSERT_BEFORE_WORD && get(off) + get(dsq) + under != NR_TASKS) {
      return "each task is in one place";
    }
    boolean seen = get(dsq) == 0 || get(word) != EMPTY;
    return seen || slowCallbacks ? null : "CPUs look at a DSQ that holds a task";
  }

  @Override
  List<Promise> promises() {
    return List.of(
        new Promise(
            "a task that a slow callback left is found",
            EnumSet.of(By.KERNEL, By.HEARTBEAT),
            () -> get(dsq) == 0 || get(word) != EMPTY),
        new Promise(
            "CPUs do not look for ever at a DSQ that holds none",
            EnumSet.of(By.KERNEL, By.SLICE, By.TIMER),
            () -> get(word) == EMPTY));
  }
}
