// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import org.jland.app.SchedulerApp;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.jland.scheduler.SchedulerConfig;

/**
 * scx_jlfifo, the smallest whole scheduler: the first task that wants a CPU is the first that gets
 * one, for one slice. A template: put a better idea into {@link #enqueued}.
 */
public final class ScxJlfifo implements Policy {

  private final long sliceNs;
  private long arrivals;

  ScxJlfifo(SchedulerConfig config) {
    this.sliceNs = config.sliceNs();
  }

  /** Sends each task to the shared queue at once. The lowest vtime there runs first. */
  @Override
  public void enqueued(TaskView task, Dispatcher out) {
    out.dispatch(task.id(), sliceNs, ++arrivals);
  }

  /**
   * Starts the scheduler.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    SchedulerApp app =
        SchedulerApp.of("scx_jlfifo", ScxJlfifo::new).describedAs("First in, first out.");
    System.exit(app.run(args));
  }
}
