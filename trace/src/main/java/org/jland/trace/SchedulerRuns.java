// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jland.scheduler.CustodyRecord;

/** Collects the runs of jland's scheduler thread and the time that tasks were in its custody. */
final class SchedulerRuns implements Replay.Observer {

  /** One run: the thread had a CPU from {@code inNs} to {@code outNs}, 0 if it still has it. */
  record Run(long inNs, long outNs) {}

  private final Map<Integer, Long> queuedNs = new HashMap<>();
  private final Distribution.Builder custody = new Distribution.Builder();
  private final Distribution.Builder untilRead = new Distribution.Builder();
  private final Distribution.Builder deciding = new Distribution.Builder();
  private final Distribution.Builder untilInserted = new Distribution.Builder();
  private final Distribution.Builder bursts = new Distribution.Builder();
  private final Distribution.Builder runLengths = new Distribution.Builder();
  private Run last;
  private long decisions;
  private long maxHeld;

  @Override
  public void step(CustodyRecord step) {
    switch (step.step()) {
      case QUEUED -> queuedNs.put(step.pid(), step.timeNs());
      case INSERTED -> inserted(step);
      case STALE -> decisions++;
      case CANCELLED -> queuedNs.remove(step.pid());
      case SCHED_IN -> {
        endOfBurst();
        last = new Run(step.timeNs(), 0);
      }
      case SCHED_OUT -> {
        maxHeld = Math.max(maxHeld, step.target());
        if (last != null && last.outNs() == 0) {
          last = new Run(last.inNs(), step.timeNs());
          runLengths.add(last.outNs() - last.inNs());
        }
      }
      case FAST, HANDOFF, RULE, STANDING -> {}
    }
  }

  private void inserted(CustodyRecord step) {
    decisions++;
    Long queued = queuedNs.remove(step.pid());
    if (queued == null) {
      return; // before the recording
    }
    custody.add(step.timeNs() - queued);
    Run run = last;
    if (run != null && run.inNs() >= queued) {
      long decided = run.outNs() == 0 ? step.timeNs() : run.outNs();
      untilRead.add(run.inNs() - queued);
      deciding.add(decided - run.inNs());
      untilInserted.add(step.timeNs() - decided);
    }
  }

  /** A burst's decisions are carried out before the next one begins, all but a rare few. */
  private void endOfBurst() {
    if (decisions > 0) {
      bursts.add(decisions);
    }
    decisions = 0;
  }

  @Override
  public void end(long timeNs, Collection<Replay.Task> waiting) {
    endOfBurst();
  }

  /** The last run that has begun; null if none has. */
  Run last() {
    return last;
  }

  CustodyTimes times() {
    return new CustodyTimes(
        custody.build(),
        untilRead.build(),
        deciding.build(),
        untilInserted.build(),
        bursts.build(),
        runLengths.build(),
        maxHeld);
  }
}
