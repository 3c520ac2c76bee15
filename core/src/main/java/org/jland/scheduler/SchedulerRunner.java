// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jland.policy.Policy;
import org.jland.stats.Metrics;
import org.jland.topology.Topology;

/** Runs a policy until the kernel lets go of it, and leaves nothing behind. */
@FunctionalInterface
public interface SchedulerRunner extends AutoCloseable {

  /**
   * How a run ended.
   *
   * @param exit what the kernel says
   * @param metrics the last values
   * @param policyFault the first exception of the policy, null if it threw none
   */
  record RunningReport(ExitReport exit, Metrics metrics, Throwable policyFault) {}

  /**
   * Loads, attaches, schedules, detaches. Uses the calling thread.
   *
   * @param config the options
   * @param policy makes the policy, one for each scheduling domain
   * @param topology the machine
   * @param whenAttached told once, soon after the scheduler was attached, on a thread of its own
   *     that ends before this method does; what it throws ends the scheduler, and comes out here
   * @return why it ended
   * @throws RuntimeException if it can't be loaded or attached; the message is one line with the
   *     fix
   */
  RunningReport run(
      SchedulerConfig config,
      Supplier<? extends Policy> policy,
      Topology topology,
      Consumer<RunningScheduler> whenAttached);

  /** Gives up what is kept for another run after one that wants a restart. */
  @Override
  default void close() {}
}
