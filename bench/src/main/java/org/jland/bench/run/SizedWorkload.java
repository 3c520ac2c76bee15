// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import org.jland.bench.Row;

/**
 * Another workload in a guest with so many CPUs.
 *
 * @param load what runs there
 * @param count the CPUs
 * @param must whether a machine with another number of them measures something else
 */
record SizedWorkload(Workload load, int count, boolean must) implements Workload {
  @Override
  public Row row() {
    return load.row();
  }

  @Override
  public double seconds() {
    return load.seconds();
  }

  @Override
  public OptionalInt cpus() {
    return OptionalInt.of(count);
  }

  @Override
  public boolean isRealTime() {
    return load.isRealTime();
  }

  @Override
  public boolean isQuick() {
    return load.isQuick();
  }

  @Override
  public void prepare(Stage stage) throws IOException, WorkloadException, InterruptedException {
    load.prepare(stage);
  }

  @Override
  public void finish(Stage stage) throws IOException, WorkloadException, InterruptedException {
    load.finish(stage);
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
