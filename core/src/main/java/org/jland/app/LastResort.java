// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.io.PrintStream;
import org.jland.scheduler.RunningScheduler;
import org.jland.stats.Metrics;

/**
 * Ends the process when it ought to end and the policy does not let it: nobody but the policy can
 * end a loop in its code. Looks are counted, not time: who was stopped for long is not late. One
 * thread.
 */
final class LastResort {

  /**
   * So many looks of {@link LatenessWatch#INTERVAL_MS} are given to a scheduler that was attached.
   */
  static final int LOOKS_ATTACHED = 10;

  /** ... and to one that still warms up, which takes long on a busy machine. */
  static final int LOOKS_STARTING = 40;

  private static final int STACK_FRAMES = 12;

  private final String name;
  private final StopRequest stop;
  private final Thread main;
  private final PrintStream err;
  private final Runnable end;
  private int looks;

  /**
   * Waits for nothing yet.
   *
   * @param name the scheduler's, for messages
   * @param stop whether the user asked
   * @param main the scheduler thread
   * @param err gets the message
   * @param end ends the process
   */
  LastResort(String name, StopRequest stop, Thread main, PrintStream err, Runnable end) {
    this.name = name;
    this.stop = stop;
    this.main = main;
    this.err = err;
    this.end = end;
  }

  /**
   * Looks once.
   *
   * @param scheduler is or was attached; null if none is yet
   */
  void look(RunningScheduler scheduler) {
    // A detachment takes its time on a busy machine: only what comes after it is counted.
    boolean ending = scheduler == null ? stop.isRequested() : scheduler.isOver();
    looks = ending ? looks + 1 : 0;
    if (looks < (scheduler == null ? LOOKS_STARTING : LOOKS_ATTACHED)) {
      return;
    }
    StackTraceElement[] stack = main.getStackTrace();
    StringBuilder text = new StringBuilder(name);
    text.append(": it has to end, but ")
        .append(scheduler == null ? "its start" : "the policy " + scheduler.policyHealth().policy())
        .append(" does not return; it is ended by force. The scheduler thread is here:");
    for (int i = 0; i < Math.min(stack.length, STACK_FRAMES); i++) {
      text.append(System.lineSeparator()).append("\tat ").append(stack[i]);
    }
    err.println(text);
    if (scheduler != null) {
      scheduler.stop();
      err.println(name + ": " + Metrics.of(scheduler.metrics()).conservation());
    }
    end.run();
  }
}
