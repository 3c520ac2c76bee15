// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.model;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A recording: what happened between its start and its end, in the order of time.
 *
 * @param info the recording itself
 * @param events ordered by time
 * @param tasks those that lived when it began or ended, by pid
 */
public record SchedulingTrace(
    TraceInfo info, List<TraceEvent> events, Map<Integer, TraceTask> tasks) {

  /** Copies both collections. */
  public SchedulingTrace {
    events = List.copyOf(events);
    tasks = Map.copyOf(tasks);
  }

  /** What is known of a task besides events; empty if it came and went in between. */
  public Optional<TraceTask> task(int pid) {
    return Optional.ofNullable(tasks.get(pid));
  }

  /**
   * The CPUs that each task may use. A task that came and went has those of who made it; what
   * nothing is known of is not in the map and may use all.
   */
  public Map<Integer, BitSet> affinities() {
    Map<Integer, BitSet> affinities = new HashMap<>();
    tasks.forEach((pid, task) -> affinities.put(pid, task.allowed()));
    for (TraceEvent event : events) {
      if (event instanceof TraceEvent.Fork fork && affinities.containsKey(fork.parentPid())) {
        affinities.putIfAbsent(fork.childPid(), affinities.get(fork.parentPid()));
      }
    }
    return affinities;
  }
}
