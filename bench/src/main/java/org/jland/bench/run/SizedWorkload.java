// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Another workload in a guest with so many CPUs.
 *
 * @param load what runs there
 * @param count the CPUs
 * @param must whether it is refused on a machine with another number of them
 */
record SizedWorkload(Workload load, int count, boolean must) implements WrappedWorkload {
  @Override
  public OptionalInt cpus() {
    return OptionalInt.of(count);
  }

  @Override
  public Map<String, Double> run(Stage stage)
      throws IOException, WorkloadException, InterruptedException {
    if (must && stage.cpus() != count) {
      throw new WorkloadException("it is for " + count + " CPUs, here are " + stage.cpus());
    }
    return load.run(stage);
  }
}
