// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jland.bench.ResultsFile;
import org.jland.bench.run.BenchEvent;
import org.jland.bench.run.BenchListener;
import org.jland.bench.run.BenchRunner;
import org.jland.bench.run.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jland bench-inside}: the guest's part of {@code jland bench}; its output is for it. */
@Command(name = "bench-inside", hidden = true)
final class BenchInsideCommand implements Callable<Integer> {
  /** In memory: a disk's time would be measured, too. */
  private static final Path MEMORY = Path.of("/dev/shm");

  @Parameters(description = "A plan, as JSON.")
  private Path plan;

  @Override
  public Integer call() throws IOException {
    Host.requireSchedExt();
    measure(ResultsFile.parse(Files.readString(plan), Plan.class), BenchEvent.printer());
    return Status.OK;
  }

  /** Carries out a plan on this machine. */
  static void measure(Plan plan, BenchListener listener) throws IOException {
    Path folder = Files.createTempDirectory(MEMORY, "jland-bench");
    Thread runner = Thread.currentThread();
    Thread hook =
        new Thread(() -> {
          runner.interrupt();
          try {
            runner.join();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      new BenchRunner(plan, listener).run(folder);
    } catch (InterruptedException e) {
      throw new Failure("interrupted; what was measured is kept");
    } finally {
      Folders.delete(folder);
    }
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
