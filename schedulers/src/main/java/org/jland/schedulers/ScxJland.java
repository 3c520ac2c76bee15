// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import org.jland.app.SchedulerApp;

/**
 * scx_jland: the deadline scheduler for interactive machines; the policy is {@link DeadlinePolicy}.
 */
public final class ScxJland {

  private ScxJland() {}

  /**
   * Starts the scheduler.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    DeadlineOptions options = new DeadlineOptions();
    SchedulerApp app =
        SchedulerApp.of("scx_jland", config -> new DeadlinePolicy(options.tuning(config)))
            .withOptions(options)
            .describedAs(
                "Runs the task with the earliest deadline: tasks that sleep often and use little",
                "CPU time come first, and none waits behind others that came a lag bound later.");
    System.exit(app.run(args));
  }
}
