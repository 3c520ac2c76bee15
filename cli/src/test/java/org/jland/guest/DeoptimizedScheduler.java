// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jland.app.SchedulerApp;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;

/**
 * A scheduler whose policy comes, again and again, to a branch that it has never taken: the JIT's
 * compiler has left it out, so the loop is interpreted until it is compiled anew.
 */
public final class DeoptimizedScheduler implements Policy {
  private static final int TASKS_A_BRANCH = 100;
  private static final int BRANCHES = 6;

  private final boolean takesThem;
  private int tasks;

  private DeoptimizedScheduler(boolean takesThem) {
    this.takesThem = takesThem;
  }

  @Override
  public void enqueued(TaskView task, Dispatcher out) {
    if (takesThem) {
      tasks++;
    }
    out.dispatch(task.id(), 0, vtime(task, Math.min(tasks / TASKS_A_BRANCH, BRANCHES)));
  }

  /** All the same, but for some ns. */
  private static long vtime(TaskView task, int branch) {
    return switch (branch) {
      case 0 -> task.enqTs();
      case 1 -> task.enqTs() + (task.execRuntime() & 1);
      case 2 -> task.enqTs() - task.weight();
      case 3 -> task.enqTs() ^ 1;
      case 4 -> task.enqTs() + (task.runDelta() & 1);
      case 5 -> task.enqTs() | 1;
      default -> task.enqTs() + 1;
    };
  }

  /** Runs it. The first policy that it makes schedules; the second is for the warm-up. */
  public static void main(String[] args) {
    AtomicBoolean first = new AtomicBoolean(true);
    System.exit(
        SchedulerApp.of("scx_jldeopt", config -> new DeoptimizedScheduler(first.getAndSet(false)))
            .run(args));
  }
}
