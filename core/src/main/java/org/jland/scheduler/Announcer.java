// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.util.concurrent.locks.LockSupport;

/**
 * Tells others of the attachment on a thread of its own. The scheduler thread has tasks waiting
 * then, and whatever runs for the first time may load classes, which are page faults: it only
 * writes a flag.
 */
final class Announcer implements AutoCloseable {

  private static final long LOOK_NS = 1_000_000;

  private final Thread thread;
  private volatile boolean announced;
  private volatile boolean closed;
  private volatile Throwable failure;

  /**
   * Starts the thread.
   *
   * @param listener runs there, once, after {@link #announce()}
   * @param onFailure runs if the listener throws; {@link #close()} throws the same again
   */
  Announcer(Runnable listener, Runnable onFailure) {
    thread = new Thread(() -> listen(listener, onFailure), "jland-announce");
    thread.setDaemon(true);
    thread.start();
  }

  private void listen(Runnable listener, Runnable onFailure) {
    while (!announced && !closed) {
      LockSupport.parkNanos(LOOK_NS);
    }
    if (!announced) {
      return;
    }
    try {
      listener.run();
    } catch (RuntimeException | Error e) {
      failure = e;
      onFailure.run();
    }
  }

  /** The scheduler is attached. Scheduler thread; does not block. */
  void announce() {
    announced = true;
  }

  /** Ends the thread, when the listener has returned. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    // No switch by type: it makes classes when it is reached first, while the machine waits for us.
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }
}
