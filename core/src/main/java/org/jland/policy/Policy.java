// SPDX-License-Identifier: Apache-2.0
package org.jland.policy;

/**
 * Decides which task runs next, where and for how long.
 *
 * <p>The framework calls it in bursts: {@link #enqueued} for each task that wants a CPU, then
 * {@link #dispatch} once. A task that was given to {@code enqueued} belongs to the policy until it
 * passes the task's id to a {@link Dispatcher}; until then only the policy can make it run. All
 * calls come from the scheduler thread; they must not block, and after warm-up not allocate. A
 * policy that throws is reported, and the task at hand runs behind those that it decided about.
 *
 * <p>The smallest policy implements {@code enqueued} only and dispatches each task at once.
 */
public interface Policy {

  /**
   * Called once before the first burst.
   *
   * @param context the machine and the defaults
   */
  default void init(PolicyContext context) {}

  /**
   * A task wants a CPU. There is room for at least one decision.
   *
   * @param task valid during this call only; keep its {@link TaskView#id() id}, not the view
   * @param out takes a decision at once; or keep the id for {@link #dispatch}
   */
  void enqueued(TaskView task, Dispatcher out);

  /**
   * The end of a burst: dispatch the kept tasks, best first, as far as there is {@link
   * Dispatcher#room() room}. Called again at the latest when a CPU runs out of work while {@link
   * #nrHeld()} is not 0.
   *
   * @param out takes the decisions
   */
  default void dispatch(Dispatcher out) {}

  /**
   * A task that this policy has seen is gone; a decision for it is now void. Only called if {@link
   * #kernelRules()} ask for it.
   *
   * @param pid its pid, which may be used again from now on
   */
  default void exited(int pid) {}

  /**
   * Called now and then: several times a second under load, every two seconds at least.
   *
   * @param nowNs the kernel's CLOCK_MONOTONIC, ns
   */
  default void tick(long nowNs) {}

  /** Returns how many tasks this policy keeps: enqueued, alive, and not dispatched. */
  default int nrHeld() {
    return 0;
  }

  /** Returns what the kernel side does by itself; asked once, before the scheduler starts. */
  default KernelRules kernelRules() {
    return KernelRules.NONE;
  }
}
