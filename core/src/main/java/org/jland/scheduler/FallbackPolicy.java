// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;

/**
 * First come, first served: what schedules when a policy was given up. Keeps nothing, so nothing
 * can go wrong with it. Scheduler thread only.
 */
final class FallbackPolicy implements Policy {

  private long offset;

  /**
   * It schedules from now on.
   *
   * @param nowNs the time, ns
   * @param place of a task that comes now: behind those that wait, whatever their vtimes mean
   */
  void start(long nowNs, long place) {
    offset = place - nowNs;
  }

  @Override
  public void enqueued(TaskView task, Dispatcher out) {
    out.dispatch(task.id(), 0, task.enqTs() + offset);
  }
}
