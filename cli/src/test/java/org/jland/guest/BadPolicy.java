// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;

/** A policy that misbehaves as told, and is first come, first served before. */
final class BadPolicy implements Policy {
  /** What it does wrong. */
  enum Behaviour {
    GOOD,
    CHANGE_CLASSES,
    THROW_SOMETIMES,
    THROW_ALWAYS,
    LOOP_FOR_EVER,
    FORGET,
    DISPATCH_TWICE,
    UNKNOWN_TASKS,
    ABSURD,
    STARVE,
    ALLOCATE
  }

  private static final int SOMETIMES = 100;

  /** Or it would be given up. */
  private static final int MAX_THROWN = 50;

  private static final int ANOTHER_CLASS = 100;
  private static final int NICE_0_WEIGHT = 100;
  private static final long AN_HOUR = 3_600_000_000_000L;
  private static final long[] SLICES = {-1, 0, Long.MAX_VALUE, Long.MIN_VALUE, 1};
  private static final int[] CPUS = {-7, 5000, Integer.MAX_VALUE, Dispatcher.llc(999)};

  volatile Behaviour behaviour = Behaviour.GOOD;
  private final List<byte[]> waste = new ArrayList<>();
  volatile int classes;
  private long turn;
  private int thrown;
  private LongUnaryOperator place = time -> time;

  @Override
  public void enqueued(TaskView task, Dispatcher out) {
    turn++;
    switch (behaviour) {
      case GOOD -> good(task, out);
      case CHANGE_CLASSES -> {
        if (turn % ANOTHER_CLASS == 0) {
          place = another(classes++);
        }
        good(task, out);
      }
      case THROW_SOMETIMES -> {
        if (turn % SOMETIMES == 0 && thrown++ < MAX_THROWN) {
          throw new IllegalStateException("sometimes");
        }
        good(task, out);
      }
      case THROW_ALWAYS -> throw new IllegalStateException("always");
      case LOOP_FOR_EVER -> {
        while (behaviour == Behaviour.LOOP_FOR_EVER) {
          Thread.onSpinWait();
        }
        good(task, out);
      }
      case FORGET -> {
        if (turn % 50 != 0) {
          good(task, out);
        }
      }
      case DISPATCH_TWICE -> {
        good(task, out);
        good(task, out);
      }
      case UNKNOWN_TASKS -> {
        good(task, out);
        out.dispatch(turn << 42 | 12345, 0, task.enqTs());
        out.dispatch(-turn, 0, task.enqTs());
        out.dispatch(task.id() ^ 1, 0, task.enqTs());
      }
      case ABSURD -> {
        long slice = SLICES[(int) (turn % SLICES.length)];
        int cpu = CPUS[(int) (turn % CPUS.length)];
        out.dispatch(task.id(), cpu, slice, task.enqTs(), 0, (int) turn);
      }
      case STARVE ->
          out.dispatch(task.id(), 0, task.enqTs() + (task.weight() < NICE_0_WEIGHT ? AN_HOUR : 0));
      case ALLOCATE -> {
        allocate();
        good(task, out);
      }
    }
  }

  /** The rest of the tests needs the heap, too. */
  private void allocate() {
    try {
      waste.add(new byte[16 << 20]);
    } catch (OutOfMemoryError e) {
      waste.clear();
      throw e;
    }
  }

  private void good(TaskView task, Dispatcher out) {
    out.dispatch(task.id(), 0, place.applyAsLong(task.enqTs()));
  }

  /** Each call site has a class of its own, which is loaded when it is first reached. */
  private static LongUnaryOperator another(int n) {
    return switch (n % 6) {
      case 0 -> time -> time + 1;
      case 1 -> time -> time + 2;
      case 2 -> time -> time + 3;
      case 3 -> time -> time + 4;
      case 4 -> time -> time + 5;
      default -> LongUnaryOperator.identity();
    };
  }
}
