// SPDX-License-Identifier: Apache-2.0
package org.jland.model;

import java.util.EnumSet;
import java.util.List;

/**
 * Beginning and ending bypasses, and writing down how long they were: the watch begins, the watch
 * and two CPUs end. The clock is how many bypasses have begun.
 */
final class BypassTimeModel extends Model {

  enum Mutant {
    NONE,
    END_WITHOUT_EXCHANGE,
    /** The phase is 0 again before the time is written down. */
    NO_PHASE_WHILE_WRITING,
    /** Late is found out, and then the phase is read. */
    LATE_BEFORE_PHASE,
    /** The clock is read by who sees that user space is back, before it wins. */
    CLOCK_BEFORE_EXCHANGE
  }

  private static final int MAX_BYPASSES = 3;

  private static final int NONE = 0;
  private static final int LASTS = 1;
  private static final int ENDS = 2;

  /* What who may end a bypass is at. */
  private static final int REST = 0;
  private static final int SEEN = 1; // user space is back
  private static final int WON = 2;
  private static final int COUNTED = 3; // since = 0 to come

  /* What the watch is at, besides. */
  private static final int LOOKS = 1;
  private static final int BEGINS = 2;

  private final Mutant mutant;
  private final int phase = field(2);
  private final int since = field(MAX_BYPASSES); // 0 if none lasts
  private final int begun = field(MAX_BYPASSES);
  private final int ended = field(2 * MAX_BYPASSES);
  private final int moved = field(1); // nr_bursts is another than when the bypass began
  private final int progress = field(1); // nr_bursts is another than what the watch saw last
  private final int negative = field(1);
  private final int needless = field(1); // a bypass began although user space had come back
  private final int watch = field(2);
  private final int readPhase = field(2);
  private final int late = field(1);
  private final int ender = fieldPerCpu(3);
  private final int ender2 = field(3); // the watch, at ender + 2
  private final int now = fieldPerCpu(MAX_BYPASSES); // when it won
  private final int now2 = field(MAX_BYPASSES); // the watch, at now + 2

  BypassTimeModel(Mutant mutant) {
    this.mutant = mutant;
  }

  @Override
  void start() {
    set(now2, 0);
  }

  @Override
  void steps() {
    if (get(phase) != NONE && !is(moved)) {
      step(
          By.USER,
          "user space ends a turn",
          () -> {
            set(moved, 1);
            set(progress, 1);
          });
    }
    for (int who = 0; who < 3; who++) {
      end(who, who == 2 ? "watch: " : "cpu" + who + ": ");
    }
    if (get(ender2) == REST) {
      watch();
    }
  }

  private void end(int who, String name) {
    switch (get(ender + who)) {
      case REST -> {
        if (who < 2 && get(phase) == LASTS && is(moved)) {
          step(By.KERNEL, name + "sees that user space is back", () -> seen(who));
        }
      }
      case SEEN ->
          step(
              By.KERNEL,
              name + "end_bypass: exchange",
              () -> {
                boolean wins = get(phase) == LASTS || mutant == Mutant.END_WITHOUT_EXCHANGE;
                if (wins) {
                  set(phase, mutant == Mutant.NO_PHASE_WHILE_WRITING ? NONE : ENDS);
                }
                set(ender + who, wins ? WON : REST);
                if (mutant != Mutant.CLOCK_BEFORE_EXCHANGE) {
                  set(now + who, wins ? get(begun) : 0);
                }
              });
      case WON ->
          step(
              By.KERNEL,
              name + "end_bypass: total",
              () -> {
                add(ended, 1);
                set(negative, get(since) > get(now + who) || get(since) == 0);
                set(ender + who, COUNTED);
              });
      default ->
          step(
              By.KERNEL,
              name + "end_bypass: since, phase",
              () -> {
                set(since, 0);
                if (mutant != Mutant.NO_PHASE_WHILE_WRITING) {
                  set(phase, NONE);
                }
                set(ender + who, REST);
                set(now + who, 0);
              });
    }
  }

  private void seen(int who) {
    set(ender + who, SEEN);
    set(now + who, mutant == Mutant.CLOCK_BEFORE_EXCHANGE ? get(begun) : 0);
  }

  private void watch() {
    boolean lateFirst = mutant == Mutant.LATE_BEFORE_PHASE;
    switch (get(watch)) {
      case 0 ->
          step(
              By.TIMER,
              lateFirst ? "watch: late?" : "watch: reads the phase",
              () -> {
                if (lateFirst) {
                  late();
                } else {
                  set(readPhase, get(phase));
                }
                set(watch, LOOKS);
              });
      case LOOKS ->
          step(
              By.TIMER,
              lateFirst ? "watch: reads the phase" : "watch: late?",
              () -> {
                if (lateFirst) {
                  set(readPhase, get(phase));
                } else {
                  late();
                }
                set(watch, BEGINS);
              });
      default ->
          step(
              By.TIMER,
              "watch: begins, ends, or neither",
              () -> {
                if (get(readPhase) != NONE) {
                  if (is(moved)) {
                    seen(2);
                  }
                } else if (is(late) && get(begun) < MAX_BYPASSES) {
                  set(needless, is(moved) && get(begun) > 0 && is(progress));
                  add(begun, 1);
                  set(since, get(begun));
                  set(phase, LASTS);
                  set(moved, get(progress));
                }
                set(readPhase, NONE);
                set(late, 0);
                set(watch, 0);
              });
    }
  }

  /** user_space_is_late(); how long it has not moved on is up to chance. */
  private void late() {
    set(late, !is(progress));
    set(progress, 0);
  }

  @Override
  String broken() {
    if (is(negative)) {
      return "no bypass lasts for less than nothing";
    }
    if (get(ended) > get(begun)) {
      return "a bypass ends once";
    }
    if (get(phase) == LASTS && get(since) == 0) {
      return "while a bypass lasts its beginning is known";
    }
    return is(needless) ? "none begins when user space has just come back" : null;
  }

  @Override
  List<Promise> promises() {
    return List.of(
        new Promise(
            "a bypass ends when user space is back",
            EnumSet.of(By.KERNEL, By.TIMER, By.USER),
            () -> get(phase) == NONE));
  }
}
