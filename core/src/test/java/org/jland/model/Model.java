// SPDX-License-Identifier: Apache-2.0
package org.jland.model;

import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A machine with few states, each a row of small numbers. A model says where it starts, which steps
 * can come next, what must hold in every state and what must come true at some time. Memory is
 * sequentially consistent: the fences that make it so on real CPUs are not the models' subject.
 */
abstract class Model {

  /** Who takes a step. What is promised says on whom it relies. */
  enum By {
    /** A CPU within the kernel: goes on at once. */
    KERNEL,
    /** The scheduler thread: goes on at once, unless it is stopped. */
    USER,
    /** A timer goes off, sooner or later. */
    TIMER,
    /** The heartbeat's timer goes off: after a second or so. */
    HEARTBEAT,
    /** A running task uses up its slice or sleeps: sooner or later, but milliseconds later. */
    SLICE,
    /** What tasks and users may do, or never do. */
    LOAD
  }

  /** From every state, the steps of some lead to where something holds. */
  record Promise(String name, Set<By> by, BooleanSupplier holds) {}

  /** Is told of each step. */
  interface Steps {
    void add(By by, String what, long[] next);
  }

  private final int[] shift = new int[96];
  private final int[] limit = new int[96];
  private int nrFields;
  private int nrBits;
  private long[] base;
  private int[] values;
  private Steps steps;

  /** Declares a number from 0 to the greatest; returns its place. In the constructor only. */
  final int field(int greatest) {
    int bits = 32 - Integer.numberOfLeadingZeros(greatest);
    if (nrBits % 64 + bits > 64) {
      nrBits += 64 - nrBits % 64;
    }
    shift[nrFields] = nrBits;
    limit[nrFields] = greatest;
    nrBits += bits;
    return nrFields++;
  }

  /** Declares the same for each CPU; CPU n's place is n further. */
  final int fieldPerCpu(int greatest) {
    int first = field(greatest);
    field(greatest);
    return first;
  }

  final int get(int field) {
    return values[field];
  }

  final boolean is(int field) {
    return values[field] != 0;
  }

  final void set(int field, int value) {
    if (value < 0 || value > limit[field]) {
      throw new IllegalStateException("field " + field + ": " + value);
    }
    values[field] = value;
  }

  final void set(int field, boolean value) {
    values[field] = value ? 1 : 0;
  }

  final void add(int field, int difference) {
    set(field, values[field] + difference);
  }

  /** Offers a step; the state is the old one again when this returns. */
  final void step(By by, String what, Runnable change) {
    change.run();
    steps.add(by, what, pack());
    unpack(base);
  }

  /** Sets the first state; all numbers are 0. */
  abstract void start();

  /** Offers all steps from the present state. */
  abstract void steps();

  /** Returns the name of what should hold and does not, null if all is well. */
  abstract String broken();

  /** Returns what must come true. */
  abstract List<Promise> promises();

  final long[] first() {
    values = new int[nrFields];
    start();
    return pack();
  }

  final void load(long[] state) {
    base = state;
    unpack(state);
  }

  final void stepsFrom(long[] state, Steps into) {
    load(state);
    steps = into;
    steps();
  }

  private long[] pack() {
    long[] state = new long[(nrBits + 63) / 64];
    for (int i = 0; i < nrFields; i++) {
      state[shift[i] >> 6] |= (long) values[i] << (shift[i] & 63);
    }
    return state;
  }

  private void unpack(long[] state) {
    for (int i = 0; i < nrFields; i++) {
      int mask = limit[i] == 0 ? 0 : -1 >>> Integer.numberOfLeadingZeros(limit[i]);
      values[i] = (int) (state[shift[i] >> 6] >>> (shift[i] & 63)) & mask;
    }
  }
}
