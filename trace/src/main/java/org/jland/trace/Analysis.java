// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceInfo;

/** What a recording says about its scheduler. Immutable, any thread. */
public final class Analysis {
  private static final int WORST = 10;

  private final TraceInfo info;
  private final Distribution gaps;
  private final Distribution waits;
  private final List<Wait> worst;
  private final List<Wait> worstWakeUps;
  private final Map<WakePath, Distribution> latencies;
  private final CustodyTimes custody;

  private Analysis(SchedulingTrace trace) {
    info = trace.info();
    Replay replay = new Replay(trace);
    Bubbles bubbles = new Bubbles(trace, replay);
    SchedulerRuns runs = new SchedulerRuns();
    Waits collected = new Waits(WORST, runs);
    replay.run(List.of(bubbles, runs, collected));
    gaps = bubbles.gaps();
    waits = collected.all();
    worst = collected.longest();
    worstWakeUps = collected.longestWakeUps();
    latencies = Map.copyOf(collected.latencies());
    custody = runs.times();
  }

  /** Analyses a recording: time and memory in proportion to its events. */
  public static Analysis of(SchedulingTrace trace) {
    return new Analysis(trace);
  }

  /** The recording itself. */
  public TraceInfo info() {
    return info;
  }

  /**
   * The share of all CPU time, 0 to 1, in which a CPU idled although a task that may run there
   * waited. One waiting task accounts for one idle CPU at a time. jland's scheduler thread, which
   * waits by design, does not count.
   */
  public double idleWhileRunnableShare() {
    double total = (double) info.lengthNs() * info.cpus().cardinality();
    return total == 0 ? 0 : gaps.sum() / total;
  }

  /** The longest time that a task waited for a CPU, ns; waits that had no end count as they are. */
  public long longestWaitNs() {
    return waits.max();
  }

  /** Who waited for {@link #longestWaitNs()}, and why, in words; empty if nobody waited. */
  public String longestWait() {
    return worst.isEmpty() ? "" : Story.of(worst.getFirst(), info.startNs());
  }

  /** How long each of the gaps behind {@link #idleWhileRunnableShare()} was, ns. */
  public Distribution gaps() {
    return gaps;
  }

  /** How long tasks waited for a CPU, whatever for, ns. */
  public Distribution waits() {
    return waits;
  }

  /** From the waker's decision until the woken task had a CPU, ns, by the way it took. */
  public Map<WakePath, Distribution> wakeUpLatencies() {
    return latencies;
  }

  /** As {@link #wakeUpLatencies()}, in the order of {@link WakePath}. */
  Map<WakePath, Distribution> sortedLatencies() {
    return new TreeMap<>(latencies);
  }

  /** The time in user space's hands; without entries if custody was not recorded. */
  public CustodyTimes custody() {
    return custody;
  }

  /** The longest waits, longest first. */
  List<Wait> worst() {
    return worst;
  }

  /** The longest waits after a wake-up, longest first. */
  List<Wait> worstWakeUps() {
    return worstWakeUps;
  }
}
