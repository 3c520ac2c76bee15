// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import org.jland.bench.Row;

/** Another workload, but for what is overridden. */
interface WrappedWorkload extends Workload {

  /** The other one. */
  Workload load();

  @Override
  default Row row() {
    return load().row();
  }

  @Override
  default double seconds() {
    return load().seconds();
  }

  @Override
  default OptionalInt cpus() {
    return load().cpus();
  }

  @Override
  default boolean isRealTime() {
    return load().isRealTime();
  }

  @Override
  default boolean isQuick() {
    return load().isQuick();
  }

  @Override
  default void prepare(Stage stage) throws IOException, WorkloadException, InterruptedException {
    load().prepare(stage);
  }

  @Override
  default void finish(Stage stage) throws IOException, WorkloadException, InterruptedException {
    load().finish(stage);
  }

  @Override
  default Map<String, Double> run(Stage stage)
      throws IOException, WorkloadException, InterruptedException {
    return load().run(stage);
  }
}
