// SPDX-License-Identifier: Apache-2.0
package org.jland.model;

import java.util.EnumSet;
import java.util.List;

/**
 * Who looks into BYPASS_DSQ, and when: three tasks between custody, the ring of rescues and that
 * DSQ; two CPUs that enqueue, dispatch and idle; the watch, step by step; decided tasks that others
 * are put before for ever. User space may be back at any moment, or never. Tasks are alike, so they
 * are counted.
 *
 * <p>The kernel's part: an insert within ops.enqueue becomes true after the callback, one within
 * ops.dispatch at the first move; a kick takes effect when the CPU that asked for it has interrupts
 * on again.
 */
final class BypassModel extends Model {

  enum Mutant {
    NONE,
    RETIRED_AS_SOON_AS_EMPTY,
    NO_LOOK_BY_THE_HEARTBEAT,
    RESCUES_NOT_ANNOUNCED,
    INSERT_STARTS_NO_WATCH,
    RETIRE_WITHOUT_SECOND_LOOK,
    RESCUED_NOT_ANNOUNCED,
    NO_KICK_BY_THE_WATCH,
    BYPASS_BEFORE_USED,
    STARVED_NOT_MOVED,
    MOVED_NOT_ANNOUNCED
  }

  /* What a CPU is at. */
  private static final int BUSY = 0; // runs a task, ours or another
  private static final int ENQUEUE = 1; // has read bypass = 1
  private static final int INSERTED = 2; // bypass_insert() is done, the callback is not
  private static final int DISPATCH = 3;
  private static final int TAKE = 4; // rescues are drained, their inserts not yet true
  private static final int AFTER = 5; // take_next() is done
  private static final int LAST_LOOK = 6; // idle is marked, the look of update_idle to come
  private static final int IDLE = 7;

  /* What the watch is at. */
  private static final int ASLEEP = 0;
  private static final int BEGIN = 1; // bypass_used is set, bypass to come
  private static final int LATE_ONES = 2;
  private static final int RETIRE = 3;
  private static final int SECOND_LOOK = 4;
  private static final int KICK = 5;
  private static final int RETIRING = 6; // looked, bypass_used = 0 to come

  private final Mutant mutant;
  private final boolean slowCallbacks;
  private final int nrTasks;
  private final int bypass = field(1);
  private final int used = field(1);
  private final int back = field(1); // nr_bursts has moved since the bypass began
  private final int off;
  private final int custody;
  private final int marked; // in custody, and in the ring of rescues
  private final int stale; // in that ring, but user space was faster
  private final int inDsq;
  private final int starved; // decided, in a DSQ where others are put before them
  private final int moved = field(1); // move_starved() is done, look_for_left_over() to come
  private final int watch = field(6);
  private final int watchOn = field(1);
  private final int pc = fieldPerCpu(7);
  private final int buffered; // inserted, not yet true
  private final int hasTask = fieldPerCpu(1);
  private final int rescued = fieldPerCpu(1);
  private final int wakesOther = fieldPerCpu(1); // a kick of the other CPU, to take effect
  private final int kicked = fieldPerCpu(1);

  /**
   * The protocol, or one with a fault.
   *
   * @param slowCallbacks whether an ops.enqueue may last from one look of the watch to the next, as
   *     on a CPU that a hypervisor stopped; then the heartbeat has to help
   */
  BypassModel(int nrTasks, Mutant mutant, boolean slowCallbacks) {
    this.nrTasks = nrTasks;
    off = field(nrTasks);
    custody = field(nrTasks);
    marked = field(nrTasks);
    stale = field(nrTasks);
    inDsq = field(nrTasks);
    starved = field(nrTasks);
    buffered = fieldPerCpu(nrTasks);
    this.mutant = mutant;
    this.slowCallbacks = slowCallbacks;
  }

  @Override
  void start() {
    set(off, nrTasks);
  }

  @Override
  void steps() {
    if (!is(back)) {
      step(By.USER, "user space ends a turn", () -> set(back, 1));
    }
    if (get(custody) > 0) {
      step(
          By.USER,
          "user space's decision is carried out",
          () -> {
            add(custody, -1);
            add(off, 1);
          });
      step(
          By.USER,
          "user space's decision is carried out, behind others for ever",
          () -> {
            add(custody, -1);
            add(starved, 1);
          });
    }
    if (get(marked) > 0) {
      step(
          By.USER,
          "user space's decision is carried out before the rescue",
          () -> {
            add(marked, -1);
            add(stale, 1);
            add(off, 1);
          });
    }
    for (int cpu = 0; cpu < 2; cpu++) {
      cpu(cpu, "cpu" + cpu + ": ");
    }
    watch();
    heartbeat();
  }

  /** beat(). A task that it saw twice in the same wait: the times are not the model's subject. */
  private void heartbeat() {
    if (get(starved) > 0 && !is(moved) && mutant != Mutant.STARVED_NOT_MOVED) {
      step(
          By.HEARTBEAT,
          "heartbeat: move_starved",
          () -> {
            add(inDsq, get(starved));
            set(starved, 0);
            set(moved, mutant != Mutant.MOVED_NOT_ANNOUNCED);
          });
    }
    if (is(moved) || mutant != Mutant.NO_LOOK_BY_THE_HEARTBEAT && get(inDsq) > 0) {
      step(
          is(moved) ? By.TIMER : By.HEARTBEAT,
          "heartbeat: look at the bypass's DSQ",
          () -> {
            set(moved, 0);
            if (get(inDsq) > 0) {
              set(used, 1);
              kickIdle();
            }
          });
    }
  }

  private void cpu(int cpu, String who) {
    switch (get(pc + cpu)) {
      case BUSY -> busy(cpu, who);
      case ENQUEUE ->
          step(
              By.KERNEL,
              who + "bypass_insert",
              () -> {
                set(used, 1);
                if (mutant != Mutant.INSERT_STARTS_NO_WATCH) {
                  set(watchOn, 1);
                }
                set(wakesOther + cpu, get(pc + 1 - cpu) == IDLE);
                set(pc + cpu, INSERTED);
              });
      case INSERTED ->
          step(
              By.KERNEL,
              who + "end of ops.enqueue",
              () -> {
                add(inDsq, 1);
                set(pc + cpu, BUSY);
                kick(cpu);
              });
      case DISPATCH -> step(By.KERNEL, who + "drain_rescues", () -> drain(cpu));
      case TAKE -> step(By.KERNEL, who + "take_next", () -> take(cpu));
      case AFTER -> step(By.KERNEL, who + "end of ops.dispatch", () -> after(cpu));
      case LAST_LOOK ->
          step(
              By.KERNEL,
              who + "update_idle looks",
              () -> {
                set(pc + cpu, IDLE);
                set(kicked + cpu, is(used) && get(inDsq) + get(marked) + get(stale) > 0);
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
      if (is(bypass)) {
        step(
            By.LOAD,
            who + "a task wants a CPU, bypass",
            () -> {
              add(off, -1);
              set(pc + cpu, ENQUEUE);
            });
      } else {
        step(
            By.LOAD,
            who + "a task wants a CPU: enter_custody",
            () -> {
              add(off, -1);
              add(custody, 1);
              set(watchOn, 1);
            });
        step(
            By.LOAD,
            who + "a task wants a CPU, ring full",
            () -> {
              add(off, -1);
              set(pc + cpu, ENQUEUE);
            });
      }
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
    set(pc + cpu, TAKE);
    if (!is(used)) {
      return;
    }
    if (is(bypass) && is(back)) {
      set(bypass, 0);
    }
    if (get(marked) + get(stale) > 0) {
      set(buffered + cpu, get(marked));
      set(marked, 0);
      set(stale, 0);
      set(rescued + cpu, 1);
    }
  }

  private void take(int cpu) {
    add(inDsq, get(buffered + cpu));
    set(buffered + cpu, 0);
    if (is(used) && get(inDsq) > 0) {
      add(inDsq, -1);
      set(hasTask + cpu, 1);
    }
    set(pc + cpu, AFTER);
  }

  private void after(int cpu) {
    set(wakesOther + cpu, is(rescued + cpu) && get(pc + 1 - cpu) >= LAST_LOOK && get(inDsq) > 0);
    if (is(rescued + cpu) && mutant != Mutant.RESCUED_NOT_ANNOUNCED) {
      set(used, 1);
    }
    set(rescued + cpu, 0);
    kick(cpu);
    set(pc + cpu, is(hasTask + cpu) ? BUSY : LAST_LOOK);
  }

  /**
   * Interrupts are on again: the other CPU is kicked, which leaves its idle task if it is there.
   */
  private void kick(int cpu) {
    if (is(wakesOther + cpu)) {
      int other = 1 - cpu;
      set(kicked + other, get(pc + other) == IDLE || get(pc + other) == LAST_LOOK);
      set(wakesOther + cpu, 0);
    }
  }

  private void kickIdle() {
    for (int cpu = 0; cpu < 2; cpu++) {
      if (get(pc + cpu) == IDLE) {
        set(kicked + cpu, 1);
      }
    }
  }

  /** look_at_user_space(). */
  private void watch() {
    switch (get(watch)) {
      case ASLEEP -> {
        if (!is(watchOn)) {
          return;
        }
        if (is(bypass)) {
          step(
              By.TIMER,
              "watch: still late, or no longer",
              () -> {
                set(bypass, 1 - get(back));
                set(watch, LATE_ONES);
              });
        } else {
          step(By.TIMER, "watch: not late", () -> set(watch, LATE_ONES));
          if (get(custody) > 0) {
            step(
                By.LOAD,
                "watch: late, begin_bypass",
                () -> {
                  set(back, 0);
                  set(mutant == Mutant.BYPASS_BEFORE_USED ? bypass : used, 1);
                  set(watch, BEGIN);
                });
          }
        }
      }
      case BEGIN ->
          step(
              By.TIMER,
              "watch: bypass = 1",
              () -> {
                set(bypass, 1);
                set(used, 1);
                set(watch, LATE_ONES);
              });
      case LATE_ONES -> lateOnes();
      case RETIRE ->
          step(
              By.TIMER,
              "watch: retire_bypass_dsq looks",
              () -> set(watch, isOver() && is(used) ? RETIRING : KICK));
      case RETIRING ->
          step(
              By.TIMER,
              "watch: bypass_used = 0",
              () -> {
                set(used, 0);
                set(watch, mutant == Mutant.RETIRE_WITHOUT_SECOND_LOOK ? KICK : SECOND_LOOK);
              });
      case SECOND_LOOK ->
          step(
              By.TIMER,
              "watch: second look",
              () -> {
                if (!isOver()) {
                  set(used, 1);
                }
                set(watch, KICK);
              });
      default ->
          step(
              By.TIMER,
              "watch: what was left over, dormant?",
              () -> {
                if (mutant != Mutant.NO_KICK_BY_THE_WATCH && is(used) && get(inDsq) > 0) {
                  kickIdle();
                }
                set(watchOn, is(bypass) || is(used) || get(custody) + get(marked) > 0);
                set(watch, ASLEEP);
              });
    }
  }

  /** Is nothing in the bypass's DSQ, nor on its way there? A recent insert may not be true yet. */
  private boolean isOver() {
    boolean recent = get(pc) == INSERTED || get(pc + 1) == INSERTED;
    return !is(bypass)
        && get(marked) + get(stale) + get(inDsq) == 0
        && (!recent || slowCallbacks || mutant == Mutant.RETIRED_AS_SOON_AS_EMPTY);
  }

  private void lateOnes() {
    if (get(marked) + get(stale) > 0) {
      step(
          By.TIMER,
          "watch: kick for rescues",
          () -> {
            kickIdle();
            set(watch, RETIRE);
          });
      return;
    }
    if (get(custody) == 0) {
      step(By.TIMER, "watch: nothing in custody", () -> set(watch, RETIRE));
      return;
    }
    step(
        By.TIMER,
        is(bypass) ? "watch: rescues" : "watch: kept too long, rescues",
        () -> {
          set(marked, get(custody));
          set(custody, 0);
          if (mutant != Mutant.RESCUES_NOT_ANNOUNCED) {
            set(used, 1);
          }
          kickIdle();
          set(watch, RETIRE);
        });
  }

  private boolean someCpuIdles() {
    return get(pc) == IDLE && !is(kicked) || get(pc + 1) == IDLE && !is(kicked + 1);
  }

  @Override
  String broken() {
    int known =
        get(off)
            + get(custody)
            + get(marked)
            + get(inDsq)
            + get(starved)
            + get(buffered)
            + get(buffered + 1)
            + get(hasTask)
            + get(hasTask + 1);
    for (int cpu = 0; cpu < 2; cpu++) {
      known += get(pc + cpu) == ENQUEUE || get(pc + cpu) == INSERTED ? 1 : 0;
    }
    if (known != nrTasks) {
      return "each task is in one place";
    }
    if (is(bypass) && !is(used)) {
      return "while a bypass lasts every CPU looks at its DSQ";
    }
    return null;
  }

  @Override
  List<Promise> promises() {
    EnumSet<By> atOnce = EnumSet.of(By.KERNEL, By.TIMER);
    EnumSet<By> withoutUser = EnumSet.of(By.KERNEL, By.TIMER, By.SLICE);
    EnumSet<By> withHeartbeat = EnumSet.of(By.KERNEL, By.TIMER, By.SLICE, By.HEARTBEAT);
    if (slowCallbacks) {
      atOnce.add(By.HEARTBEAT);
      withoutUser.add(By.HEARTBEAT);
    }
    return List.of(
        new Promise(
            "a task in the bypass's DSQ is seen by the CPUs",
            atOnce,
            () -> get(inDsq) == 0 || is(used)),
        new Promise(
            "no CPU idles beside a task in the bypass's DSQ",
            atOnce,
            () -> get(inDsq) == 0 || !someCpuIdles()),
        new Promise(
            "a task in the bypass's DSQ runs though user space is stopped",
            withoutUser,
            () -> get(inDsq) == 0),
        new Promise(
            "a task in custody is taken back though user space is stopped",
            withoutUser,
            () -> get(custody) + get(marked) == 0),
        new Promise(
            "a decided task that others are put before runs",
            withHeartbeat,
            () -> get(starved) + get(inDsq) == 0));
  }
}
