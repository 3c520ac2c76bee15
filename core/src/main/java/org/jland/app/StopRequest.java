// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import org.jland.scheduler.RunningScheduler;

/**
 * Brings a signal and a scheduler together, whichever comes first. Thread-safe; asking twice is
 * harmless.
 */
final class StopRequest {

  private RunningScheduler running;
  private boolean requested;

  StopRequest() {}

  /** Asks the scheduler to detach, now or as soon as it is attached. */
  void request() {
    RunningScheduler stopped;
    synchronized (this) {
      requested = true;
      stopped = running;
    }
    if (stopped != null) {
      stopped.stop();
    }
  }

  /** A scheduler is attached. */
  void attached(RunningScheduler scheduler) {
    boolean late;
    synchronized (this) {
      running = scheduler;
      late = requested;
    }
    if (late) {
      scheduler.stop();
    }
  }

  /** The scheduler is gone. */
  synchronized void detached() {
    running = null;
  }

  /** Returns whether it was asked to end. */
  synchronized boolean isRequested() {
    return requested;
  }
}
