// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import java.util.Random;

/** A task of the {@link ModelMachine}: what it does, and what the kernel side knows of it. */
final class ModelTask {

  /** What a task does with its time, ns; random numbers come from the machine's seed. */
  interface Behaviour {

    /** CPU time until it sleeps or ends. */
    long run(Random random);

    /** How long it sleeps then; negative: it ends. */
    long sleep(Random random);
  }

  /** Never sleeps, never ends. */
  static final Behaviour HOG = fixed(Long.MAX_VALUE / 4, -1);

  /** Runs and sleeps for the same times again and again. */
  static Behaviour fixed(long runNs, long sleepNs) {
    return new Behaviour() {
      @Override
      public long run(Random random) {
        return runNs;
      }

      @Override
      public long sleep(Random random) {
        return sleepNs;
      }
    };
  }

  /** Runs and sleeps for random times up to the given ones, and ends after so many turns. */
  static Behaviour random(long runNs, long sleepNs, int turns) {
    return new Behaviour() {
      private int left = turns;

      @Override
      public long run(Random random) {
        return random.nextLong(1, runNs + 1);
      }

      @Override
      public long sleep(Random random) {
        return --left == 0 ? -1 : random.nextLong(1, sleepNs + 1);
      }
    };
  }

  /** Where a task is. */
  enum State {
    SLEEPING,
    QUEUED, // user space has it, or will read it
    DECIDED, // in a queue of the kernel side
    RUNNING,
    ENDED
  }

  final int pid;
  final int weight;
  final int onlyCpu;
  final Behaviour behaviour;

  State state = State.SLEEPING;
  long id;
  long vtime;
  boolean stands;
  long decidedSliceNs;
  long decidedPlace;
  long cookie;
  long sliceNs;
  long order;
  int queueCpu = -1;
  int cpu;
  boolean slept = true;
  boolean known;
  boolean woke;
  long burstLeft;
  long enqTs;
  long startTs;
  long stopTs;
  long execRuntime;
  long burst;
  long runDelta;
  long cpuTimeNs;
  long maxWaitNs;
  int nrRuns;

  ModelTask(int pid, int weight, int onlyCpu, Behaviour behaviour) {
    this.pid = pid;
    this.weight = weight;
    this.onlyCpu = onlyCpu;
    this.behaviour = behaviour;
  }

  boolean mayRunOn(int cpu) {
    return onlyCpu < 0 || onlyCpu == cpu;
  }

  @Override
  public String toString() {
    return "task " + pid + " " + state + " since " + enqTs;
  }
}
