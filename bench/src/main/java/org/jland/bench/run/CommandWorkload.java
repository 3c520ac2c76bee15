// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jland.bench.Figure;
import org.jland.bench.Row;
import org.jland.bench.process.Program;

/**
 * One command, alone or beside something, whose output has the figures.
 *
 * @param row name, family, figures
 * @param seconds of one run
 * @param isQuick whether the quick suite has it
 * @param background what runs beside it
 * @param program its name if it is one of the suite's own C programs, else empty
 * @param arguments the command line; behind {@code program} if that is one of our own
 * @param reader finds the figures, and the faults
 */
record CommandWorkload(
    Row row,
    double seconds,
    boolean isQuick,
    Background background,
    String program,
    Arguments arguments,
    Reader reader)
    implements Workload {
  /** The figure that a background adds: the share of the CPUs that it kept. */
  static final Figure KEPT = Figure.higher("background_cpu", "%");

  private static final double NS_PER_S = 1e9;

  /** A command line for a machine. */
  @FunctionalInterface
  interface Arguments {
    List<String> on(Stage stage);
  }

  /** Reads what a command printed. */
  @FunctionalInterface
  interface Reader {
    Map<String, Double> read(String output) throws WorkloadException;
  }

  @Override
  public void prepare(Stage stage) throws IOException, WorkloadException, InterruptedException {
    background.prepare(stage);
    if (!program.isEmpty()) {
      stage.compile(program);
    }
  }

  @Override
  public Map<String, Double> run(Stage stage)
      throws IOException, WorkloadException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (!program.isEmpty()) {
      command.add(stage.compile(program));
    }
    command.addAll(arguments.on(stage));
    Program beside = background.start(stage);
    if (beside == null) {
      return reader.read(stage.run(command.toArray(String[]::new)));
    }
    double before = ProcessTree.of(beside.pid()).cpuSeconds();
    long start = System.nanoTime();
    Map<String, Double> values =
        new HashMap<>(reader.read(stage.run(command.toArray(String[]::new))));
    double cpu = ProcessTree.of(beside.pid()).cpuSeconds() - before;
    double elapsed = (System.nanoTime() - start) / NS_PER_S;
    if (!beside.isAlive()) {
      throw new WorkloadException("the load beside it ended early: " + beside.lastWords());
    }
    values.put(KEPT.name(), 100 * cpu / (elapsed * stage.cpus()));
    return values;
  }
}
