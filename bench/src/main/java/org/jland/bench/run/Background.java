// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jland.bench.process.Program;
import org.jland.bench.process.Wait;

/**
 * What keeps the CPUs busy beside a workload; a number of processes for each CPU of the machine.
 */
enum Background {
  /** Nothing. */
  NONE(0, "alone"),
  /** 4 hogs in all, as in the figures that are quoted for other schedulers. */
  FOUR_HOGS(0, "beside 4 CPU hogs"),
  /** A hog a CPU. */
  HOG_EACH(1, "beside a CPU hog a CPU"),
  /** 4 hogs a CPU. */
  HOGS(4, "beside 4 CPU hogs a CPU"),
  /** A parallel build that never ends. */
  BUILD(4, "beside make with 4 jobs a CPU");

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int FILES = 32;
  private static final String SCRIPT = "compileload.sh";

  private final int perCpu;
  private final String what;

  Background(int perCpu, String what) {
    this.perCpu = perCpu;
    this.what = what;
  }

  /** In words, to go behind a workload's name. */
  String what() {
    return what;
  }

  /** Makes what it needs, once a boot. */
  void prepare(Stage stage) throws IOException, WorkloadException, InterruptedException {
    Path folder = stage.folder().resolve("build");
    if (this == BUILD && Files.notExists(folder)) {
      stage.run(
          "sh", stage.extract(SCRIPT).toString(), "make", folder.toString(), String.valueOf(FILES));
    }
  }

  /**
   * Starts it; returns when all of it is at work.
   *
   * @return its first process; null if there is none
   */
  Program start(Stage stage) throws IOException, WorkloadException, InterruptedException {
    return switch (this) {
      case NONE -> null;
      case FOUR_HOGS -> hogs(stage, 4);
      case HOG_EACH, HOGS -> hogs(stage, perCpu * stage.cpus());
      case BUILD -> build(stage, perCpu * stage.cpus());
    };
  }

  private static Program hogs(Stage stage, int count)
      throws IOException, WorkloadException, InterruptedException {
    Program hogs =
        stage.start("stress-ng", "--cpu", String.valueOf(count), "--cpu-method", "int64");
    await(hogs, () -> ProcessTree.of(hogs.pid()).count() > count);
    return hogs;
  }

  private static Program build(Stage stage, int jobs)
      throws IOException, WorkloadException, InterruptedException {
    Path folder = stage.folder().resolve("build");
    Path progress = folder.resolve("progress");
    Files.writeString(progress, "");
    Program make =
        stage.start(
            "sh", stage.extract(SCRIPT).toString(), "run", folder.toString(), String.valueOf(jobs));
    await(make, () -> progress.toFile().length() > 0);
    return make;
  }

  private static void await(Program program, BooleanSupplier ready)
      throws WorkloadException, InterruptedException {
    if (!Wait.until(PATIENCE, () -> ready.getAsBoolean() || !program.isAlive())
        || !program.isAlive()) {
      throw new WorkloadException(
          "the load beside it did not come up: " + program.name() + ": " + program.lastWords());
    }
  }
}
