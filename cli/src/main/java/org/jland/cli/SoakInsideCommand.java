// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jland.cli.soak.SoakFailure;
import org.jland.cli.soak.SoakRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jland soak-inside}: the guest's part of {@code jland soak}. */
@Command(name = "soak-inside", hidden = true)
final class SoakInsideCommand implements Callable<Integer> {
  private static final Path ARTEFACTS = Path.of("/artefacts");

  @Parameters(index = "0", description = "What is drawn from.")
  private long seed;

  @Parameters(index = "1", description = "For how long.")
  private long seconds;

  @Parameters(index = "2", description = "This round only; 0: all.")
  private int round;

  @Parameters(index = "3", description = "How long a wake-up may wait.")
  private int maxWaitMs;

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws IOException {
    Host.requireSchedExt();
    Path home = Installation.current().requireHome();
    Path folder =
        Files.isDirectory(ARTEFACTS) ? ARTEFACTS : Files.createTempDirectory("jland-soak");
    int first = round == 0 ? 1 : round;
    int last = round == 0 ? Integer.MAX_VALUE : round;
    try (SoakRunner runner = new SoakRunner(home, folder, seed, maxWaitMs, out::println)) {
      int rounds = runner.run(first, last, Duration.ofSeconds(seconds));
      out.println(rounds + " rounds, nothing lost, nothing left");
      return Status.OK;
    } catch (SoakFailure e) {
      out.println("FAILED: " + e.getMessage());
      out.println(
          "Again: ./jland soak --seed "
              + seed
              + e.getMessage().replaceAll("(?s)^round (\\d+):.*", " --round $1"));
      return Status.FAILED;
    } catch (InterruptedException e) {
      throw new Failure("interrupted");
    }
  }
}
