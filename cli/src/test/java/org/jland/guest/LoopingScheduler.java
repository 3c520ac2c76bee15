// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jland.app.SchedulerApp;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;

/** A scheduler that, some time after its warm-up, never returns. */
public final class LoopingScheduler implements Policy {
  private static final int GOOD_TASKS = 200;
  private static volatile boolean loops = true;

  private final boolean loopsLater;
  private int tasks;

  private LoopingScheduler(boolean loopsLater) {
    this.loopsLater = loopsLater;
  }

  @Override
  public void enqueued(TaskView task, Dispatcher out) {
    if (loopsLater && ++tasks > GOOD_TASKS) {
      while (loops) {
        Thread.onSpinWait();
      }
    }
    out.dispatch(task.id(), 0, task.enqTs());
  }

  /** Runs it. The first policy that it makes schedules; the second is for the warm-up. */
  public static void main(String[] args) {
    AtomicBoolean first = new AtomicBoolean(true);
    System.exit(
        SchedulerApp.of("scx_jlloop", config -> new LoopingScheduler(first.getAndSet(false)))
            .run(args));
  }
}
