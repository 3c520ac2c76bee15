// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jland.trace.model.SchedulingTrace;

/**
 * Finds the times in which a CPU idled although a task waited that may run there. One waiting task
 * accounts for one idle CPU at a time, so the sum is what could have been worked.
 */
final class Bubbles implements Replay.Observer {
  private final Replay replay;
  private final Map<Integer, BitSet> affinities;
  private final BitSet cpus;
  private final Distribution.Builder gaps = new Distribution.Builder();
  private final Map<Integer, Long> openSince = new HashMap<>();
  private BitSet wasting = new BitSet();
  private long seen = -1;

  Bubbles(SchedulingTrace trace, Replay replay) {
    this.replay = replay;
    affinities = trace.affinities();
    cpus = trace.info().cpus();
  }

  @Override
  public void span(long fromNs, long toNs) {
    if (replay.version() == seen) {
      return;
    }
    seen = replay.version();
    BitSet now = match();
    if (now.equals(wasting)) {
      return;
    }
    wasting.stream().filter(cpu -> !now.get(cpu)).forEach(cpu -> close(cpu, fromNs));
    now.stream().filter(cpu -> !wasting.get(cpu)).forEach(cpu -> openSince.put(cpu, fromNs));
    wasting = now;
  }

  private void close(int cpu, long timeNs) {
    gaps.add(timeNs - openSince.remove(cpu));
  }

  /** Idle CPUs, each with a task that could run there; a CPU that is in stays in. */
  private BitSet match() {
    BitSet matched = new BitSet();
    if (replay.waiting().isEmpty()) {
      return matched;
    }
    BitSet free = new BitSet();
    cpus.stream().filter(replay::isIdle).forEach(free::set);
    if (free.isEmpty()) {
      return matched;
    }
    // Those with little choice choose first.
    replay.waiting().stream()
        .filter(task -> affinities.containsKey(task.pid))
        .sorted((a, b) -> Integer.compare(choice(a), choice(b)))
        .takeWhile(task -> !free.isEmpty())
        .forEach(task -> take(affinities.get(task.pid), free, matched));
    replay.waiting().stream()
        .filter(task -> !affinities.containsKey(task.pid))
        .takeWhile(task -> !free.isEmpty())
        .forEach(task -> take(cpus, free, matched));
    return matched;
  }

  private int choice(Replay.Task task) {
    return affinities.get(task.pid).cardinality();
  }

  private void take(BitSet allowed, BitSet free, BitSet matched) {
    BitSet possible = (BitSet) free.clone();
    possible.and(allowed);
    if (possible.isEmpty()) {
      return;
    }
    BitSet kept = (BitSet) possible.clone();
    kept.and(wasting);
    int cpu = kept.isEmpty() ? possible.nextSetBit(0) : kept.nextSetBit(0);
    free.clear(cpu);
    matched.set(cpu);
  }

  @Override
  public void end(long timeNs, Collection<Replay.Task> waiting) {
    wasting.stream().forEach(cpu -> close(cpu, timeNs));
  }

  /** The lengths of the gaps, ns. */
  Distribution gaps() {
    return gaps.build();
  }
}
