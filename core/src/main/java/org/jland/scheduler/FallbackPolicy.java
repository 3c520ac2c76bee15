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

  @Override
  public void enqueued(TaskView task, Dispatcher out) {
    out.dispatch(task.id(), 0, task.enqTs());
  }
}
