// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jland.scheduler.CustodyRecord;

/** Collects how long tasks waited for a CPU, and why. */
final class Waits implements Replay.Observer {
  private final Longest longest;
  private final Longest longestWakeUps;
  private final Map<WakePath, Distribution.Builder> latencies = new EnumMap<>(WakePath.class);
  private final Distribution.Builder all = new Distribution.Builder();
  private final Map<Integer, CustodyRecord> queued = new HashMap<>();
  private final Map<Integer, CustodyRecord> placed = new HashMap<>();
  private final Map<Integer, SchedulerRuns.Run> decidedIn = new HashMap<>();
  private final SchedulerRuns runs;

  /** Keeps the longest of many. */
  private static final class Longest {
    private final int count;
    private final PriorityQueue<Wait> waits =
        new PriorityQueue<>(Comparator.comparingLong(Wait::lengthNs));

    Longest(int count) {
      this.count = count;
    }

    void add(Wait wait) {
      waits.add(wait);
      if (waits.size() > count) {
        waits.remove();
      }
    }

    List<Wait> sorted() {
      return waits.stream().sorted(Comparator.comparingLong(Wait::lengthNs).reversed()).toList();
    }
  }

  /**
   * Collects.
   *
   * @param worst how many of the longest are kept, of all and of those that were wake-ups
   * @param runs of the scheduler thread, an observer before this one
   */
  Waits(int worst, SchedulerRuns runs) {
    this.longest = new Longest(worst);
    this.longestWakeUps = new Longest(worst);
    this.runs = runs;
  }

  @Override
  public void step(CustodyRecord step) {
    switch (step.step()) {
      case QUEUED -> {
        queued.put(step.pid(), step);
        placed.remove(step.pid());
      }
      case INSERTED -> {
        placed.put(step.pid(), step);
        decidedIn.put(step.pid(), runs.last());
      }
      case FAST, HANDOFF, RULE, STANDING -> placed.put(step.pid(), step);
      case CANCELLED -> queued.remove(step.pid());
      case STALE, SCHED_IN, SCHED_OUT -> {}
    }
  }

  @Override
  public void ran(Replay.Task task, int cpu, long timeNs) {
    Wait wait = wait(task, cpu, timeNs);
    add(wait);
    if (task.cause == Replay.Cause.WOKEN) {
      latencies
          .computeIfAbsent(wait.path(), path -> new Distribution.Builder())
          .add(timeNs - task.wakingNs);
    }
    queued.remove(task.pid);
    placed.remove(task.pid);
  }

  @Override
  public void end(long timeNs, Collection<Replay.Task> waiting) {
    waiting.forEach(task -> add(wait(task, Wait.NO_CPU, timeNs)));
  }

  private void add(Wait wait) {
    all.add(wait.lengthNs());
    longest.add(wait);
    if (wait.cause() == Replay.Cause.WOKEN) {
      longestWakeUps.add(wait);
    }
  }

  private Wait wait(Replay.Task task, int cpu, long timeNs) {
    // All steps since it last ran are of this wait; the first may come before the kernel's event.
    CustodyRecord asked = queued.get(task.pid);
    CustodyRecord put = placed.get(task.pid);
    WakePath path =
        put != null
            ? WakePath.of(put.step())
            : asked != null ? WakePath.USER_SPACE : WakePath.KERNEL;
    return new Wait(
        task.pid,
        task.comm,
        task.cause,
        task.wakerPid,
        task.wakerComm,
        task.sinceNs,
        timeNs,
        cpu,
        path,
        asked == null ? 0 : asked.timeNs(),
        asked == null || put == null ? null : decidedIn.get(task.pid),
        put == null ? 0 : put.timeNs(),
        put == null ? Wait.NO_CPU : put.target());
  }

  /** The longest waits, longest first. */
  List<Wait> longest() {
    return longest.sorted();
  }

  /** The longest waits after a wake-up, longest first. */
  List<Wait> longestWakeUps() {
    return longestWakeUps.sorted();
  }

  /** All waits, ns. */
  Distribution all() {
    return all.build();
  }

  /** From the waker's decision to the CPU, ns. */
  Map<WakePath, Distribution> latencies() {
    Map<WakePath, Distribution> built = new EnumMap<>(WakePath.class);
    latencies.forEach((path, times) -> built.put(path, times.build()));
    return built;
  }
}
