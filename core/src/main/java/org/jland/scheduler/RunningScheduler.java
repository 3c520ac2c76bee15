// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import org.jland.stats.MetricsSource;

/** A scheduler that is attached. Thread-safe. */
public interface RunningScheduler {

  /** Asks it to detach, from any thread. Returns at once; again, or too late, it does nothing. */
  void stop();

  /** Returns whether the kernel has let go of it; readable as {@link #bypass()}. */
  boolean isOver();

  /** Returns its metrics; readable until the run's report is there. */
  MetricsSource metrics();

  /** Returns what the safety net has done so far; readable as long. */
  Bypass bypass();

  /** Returns what the policy did wrong so far. */
  PolicyHealth policyHealth();

  /** Returns where the scheduler thread is in its code. It is stopped for a moment for that. */
  StackTraceElement[] stack();
}
