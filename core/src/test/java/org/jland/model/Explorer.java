// SPDX-License-Identifier: Apache-2.0
package org.jland.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Visits every state that a model can get into, in the order of their distance, and says what goes
 * wrong first and how. A promise is kept if from <em>every</em> state some way by the steps that it
 * relies on leads to where it holds: then, as those steps are fair and states are finite, it comes
 * true at last.
 */
final class Explorer {

  /** What went wrong, and the steps to it from the start. */
  record Violation(String property, List<String> trace) {
    @Override
    public String toString() {
      return property + ", after" + System.lineSeparator() + String.join("\n", trace);
    }
  }

  private static final int MAX_STATES = 8_000_000;

  private final Model model;
  private final Map<String, Integer> labels = new HashMap<>();
  private final List<String> labelNames = new ArrayList<>();
  private long[] states = new long[1 << 12];
  private int[] parent = new int[1 << 12];
  private int[] label = new int[1 << 12];
  private int[] table = new int[1 << 13];
  private int[] edges = new int[1 << 12];
  private int nrEdges;
  private int width;
  private int nrStates;

  Explorer(Model model) {
    this.model = model;
  }

  /** Returns how many states there are. */
  int nrStates() {
    return nrStates;
  }

  /** Visits them all, or those up to the first violation. */
  Optional<Violation> explore() {
    long[] first = model.first();
    width = first.length;
    Arrays.fill(table, -1);
    intern(first, -1, "");
    for (int at = 0; at < nrStates; at++) {
      long[] state = state(at);
      model.load(state);
      String broken = model.broken();
      if (broken != null) {
        return Optional.of(new Violation(broken, trace(at)));
      }
      int from = at;
      model.stepsFrom(state, (by, what, next) -> edge(from, by, intern(next, from, what)));
    }
    for (Model.Promise promise : model.promises()) {
      int hopeless = firstWithout(promise);
      if (hopeless >= 0) {
        return Optional.of(new Violation(promise.name(), trace(hopeless)));
      }
    }
    return Optional.empty();
  }

  private long[] state(int index) {
    return Arrays.copyOfRange(states, index * width, (index + 1) * width);
  }

  /** Returns the state's number, a new one if it was not met before. */
  private int intern(long[] state, int from, String what) {
    int slot = slot(state);
    if (table[slot] >= 0) {
      return table[slot];
    }
    if (nrStates == MAX_STATES) {
      throw new IllegalStateException("more than " + MAX_STATES + " states");
    }
    if ((nrStates + 1) * width > states.length) {
      states = Arrays.copyOf(states, 2 * states.length);
    }
    if (nrStates == parent.length) {
      parent = Arrays.copyOf(parent, 2 * nrStates);
      label = Arrays.copyOf(label, 2 * nrStates);
    }
    System.arraycopy(state, 0, states, nrStates * width, width);
    parent[nrStates] = from;
    label[nrStates] = labels.computeIfAbsent(what, this::newLabel);
    table[slot] = nrStates++;
    int added = nrStates - 1;
    if (2 * nrStates > table.length) {
      table = new int[2 * table.length];
      Arrays.fill(table, -1);
      for (int i = 0; i < nrStates; i++) {
        table[slot(state(i))] = i;
      }
    }
    return added;
  }

  private int newLabel(String what) {
    labelNames.add(what);
    return labelNames.size() - 1;
  }

  private int slot(long[] state) {
    long hash = 0;
    for (long word : state) {
      hash = (hash ^ word) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    int slot = (int) hash & (table.length - 1);
    while (table[slot] >= 0
        && !Arrays.equals(
            states, table[slot] * width, (table[slot] + 1) * width, state, 0, width)) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private void edge(int from, Model.By by, int to) {
    if (from == to) {
      return;
    }
    if (nrEdges + 3 > edges.length) {
      edges = Arrays.copyOf(edges, 2 * edges.length);
    }
    edges[nrEdges++] = from;
    edges[nrEdges++] = to;
    edges[nrEdges++] = by.ordinal();
  }

  /** Returns the first state from which no way leads to where the promise holds, -1 if none. */
  private int firstWithout(Model.Promise promise) {
    int[] firstInto = new int[nrStates];
    int[] nextInto = new int[nrEdges / 3];
    Arrays.fill(firstInto, -1);
    EnumSet<Model.By> by = EnumSet.copyOf(promise.by());
    for (int e = 0; e < nrEdges; e += 3) {
      if (by.contains(Model.By.values()[edges[e + 2]])) {
        nextInto[e / 3] = firstInto[edges[e + 1]];
        firstInto[edges[e + 1]] = e / 3;
      }
    }
    boolean[] good = new boolean[nrStates];
    int[] todo = new int[nrStates];
    int nrTodo = 0;
    for (int i = 0; i < nrStates; i++) {
      model.load(state(i));
      if (promise.holds().getAsBoolean()) {
        good[i] = true;
        todo[nrTodo++] = i;
      }
    }
    while (nrTodo > 0) {
      for (int e = firstInto[todo[--nrTodo]]; e >= 0; e = nextInto[e]) {
        int from = edges[3 * e];
        if (!good[from]) {
          good[from] = true;
          todo[nrTodo++] = from;
        }
      }
    }
    for (int i = 0; i < nrStates; i++) {
      if (!good[i]) {
        return i;
      }
    }
    return -1;
  }

  private List<String> trace(int index) {
    List<String> steps = new ArrayList<>();
    for (int at = index; parent[at] >= 0; at = parent[at]) {
      steps.add(labelNames.get(label[at]));
    }
    Collections.reverse(steps);
    return steps;
  }
}
