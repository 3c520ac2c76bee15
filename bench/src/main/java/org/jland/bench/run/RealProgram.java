// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jland.bench.Row;

/**
 * A load of {@code servers.sh}: a real program that is set up once a boot, run as often as need be,
 * and stopped. The script checks its work.
 *
 * @param row its name is the script's
 * @param seconds of one run
 * @param keys for each figure, the name in the script's line
 */
record RealProgram(Row row, double seconds, Map<String, String> keys) implements Workload {
  private static final double US_PER_S = 1e6;

  @Override
  public void prepare(Stage stage) throws IOException, WorkloadException, InterruptedException {
    stage.setUp(command(stage, "prepare"));
  }

  @Override
  public Map<String, Double> run(Stage stage)
      throws IOException, WorkloadException, InterruptedException {
    return read(stage.run(command(stage, "run")));
  }

  @Override
  public void finish(Stage stage) throws IOException, WorkloadException, InterruptedException {
    stage.run(command(stage, "stop"));
  }

  Map<String, Double> read(String output) throws WorkloadException {
    Map<String, Double> pairs = Output.pairs(output, row.name());
    if (pairs.getOrDefault("failed", 0.0) != 0) {
      throw new WorkloadException("requests failed: " + output.strip());
    }
    Map<String, Double> figures = new HashMap<>();
    keys.forEach((figure, key) ->
        figures.put(figure, figure.equals("time") ? pairs.get(key) / US_PER_S : pairs.get(key)));
    return figures;
  }

  private static String[] command(Stage stage, String verb, String name) throws IOException {
    return List.of(
            "env", "CLASSES=" + classes(), "sh", stage.extract("servers.sh").toString(), verb, name)
        .toArray(String[]::new);
  }

  private String[] command(Stage stage, String verb) throws IOException {
    return command(stage, verb, row.name());
  }

  /** The jar that this class is in: Java loads are there, too. */
  static String classes() {
    return Path.of(RealProgram.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .toString();
  }
}
