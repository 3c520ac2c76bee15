// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jland.bench.Figure;
import org.jland.bench.Row;

/**
 * The build of Linux itself, from sources that the user has: {@code make -j} with a job a CPU and
 * one more, into a folder of the stage. Each run builds everything.
 */
final class KernelBuild implements Workload {
  private static final Row ROW =
      new Row(
          "kernel-build",
          "throughput",
          "make -j of Linux, all of it; needs --host --kernel-source; vmlinux must come out",
          List.of(Figure.lower("time", "s")));

  /** A distribution's configuration on a small machine. */
  private static final Duration PATIENCE = Duration.ofHours(4);

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
  private static final double NS_PER_S = 1e9;

  @Override
  public Row row() {
    return ROW;
  }

  @Override
  public double seconds() {
    return 300;
  }

  @Override
  public void prepare(Stage stage) throws IOException, WorkloadException, InterruptedException {
    KernelSource source =
        stage.kernelSource().orElseThrow(() -> new SkippedException("there is no --kernel-source"));
    Files.createDirectories(output(stage));
    make(stage, source.config());
  }

  @Override
  public Map<String, Double> run(Stage stage)
      throws IOException, WorkloadException, InterruptedException {
    make(stage, "clean");
    Path kernel = output(stage).resolve("vmlinux");
    if (Files.exists(kernel)) {
      throw new WorkloadException("make clean left " + kernel);
    }
    long start = System.nanoTime();
    make(stage, "-j" + (stage.cpus() + 1));
    double seconds = (System.nanoTime() - start) / NS_PER_S;
    if (!isElf(kernel)) {
      throw new WorkloadException("make said that all is well, but built no vmlinux");
    }
    return Map.of("time", seconds);
  }

  private static void make(Stage stage, String what)
      throws IOException, WorkloadException, InterruptedException {
    String sources = stage.kernelSource().orElseThrow().folder().toString();
    stage.run(PATIENCE, "make", "-s", "-C", sources, "O=" + output(stage), what);
  }

  private static Path output(Stage stage) {
    return stage.folder().resolve("kernel-build");
  }

  private static boolean isElf(Path file) throws IOException {
    if (Files.notExists(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(ELF, in.readNBytes(ELF.length));
    }
  }
}
