// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import org.jland.bench.Row;

/**
 * A workload: a real program under load, its figures, and the check that it did its work. Called by
 * the runner's thread only.
 */
interface Workload {

  /** What it is and yields. */
  Row row();

  /** Time of one run on the machine's own clock, for planning; a guess that need not be exact. */
  double seconds();

  /** The CPUs of a guest that it runs in; empty if any number will do. */
  default OptionalInt cpus() {
    return OptionalInt.empty();
  }

  /** Whether it is measured in the host's time, whatever the clock of the others. */
  default boolean isRealTime() {
    return false;
  }

  /** Whether the quick suite has it. */
  default boolean isQuick() {
    return false;
  }

  /**
   * Makes what every run needs, once a boot, before anything is measured.
   *
   * @throws SkippedException if the machine lacks what the workload is about
   */
  default void prepare(Stage stage) throws IOException, WorkloadException, InterruptedException {}

  /** Undoes {@link #prepare}, once a boot, after everything was measured. */
  default void finish(Stage stage) throws IOException, WorkloadException, InterruptedException {}

  /**
   * Runs once.
   *
   * @return a number for each figure of the row
   * @throws WorkloadException if the load did not do its work
   */
  Map<String, Double> run(Stage stage) throws IOException, WorkloadException, InterruptedException;
}
