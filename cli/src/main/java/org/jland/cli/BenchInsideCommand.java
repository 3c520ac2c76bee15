// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jland.bench.BenchException;
import org.jland.bench.ResultsFile;
import org.jland.bench.run.BenchEvent;
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
    try {
      Plan wanted = ResultsFile.parse(Files.readString(plan), Plan.class);
      measure(new BenchRunner(wanted, BenchEvent.printer()));
    } catch (BenchException e) {
      throw new Failure(e.getMessage());
    }
    return Status.OK;
  }

  /** Carries out a plan on this machine. */
  static void measure(BenchRunner bench) throws IOException {
    Path folder = Files.createTempDirectory(MEMORY, "jland-bench");
    Thread runner = Thread.currentThread();
    CountDownLatch ended = new CountDownLatch(1);
    // Not the runner's end: that is the one who waits for this hook, in System.exit.
    Thread hook = new Thread(() -> interrupt(runner, ended), "jland-end-bench");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      bench.run(folder);
    } catch (InterruptedException e) {
      throw new Failure("interrupted; what was measured is kept");
    } finally {
      try {
        Folders.delete(folder);
      } finally {
        ended.countDown();
      }
    }
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private static void interrupt(Thread runner, CountDownLatch ended) {
    if (ended.getCount() > 0) {
      runner.interrupt();
      try {
        ended.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
