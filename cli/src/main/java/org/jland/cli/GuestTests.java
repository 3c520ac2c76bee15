// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jland.vm.GuestException;
import org.jland.vm.GuestResult;
import org.jland.vm.GuestSpec;

/**
 * Runs tests inside one guest, by JUnit's console there, and brings the reports back.
 *
 * @param guests where guests come from
 * @param jars folder with the test classes and JUnit's console
 * @param home jland as it is installed in the guest
 * @param results gets a folder with dmesg, logs and JUnit's report
 * @param properties what tests ask {@code System.getProperty} for, as {@code -Dname=value}
 */
record GuestTests(Guests guests, Path jars, Path home, Path results, List<String> properties) {
  private static final Duration TIMEOUT = Duration.ofMinutes(50);
  private static final int MEMORY_MIB = 3072;

  /** What the guest printed, in the folder of its boot. */
  static final String OUTPUT = "output.log";

  private static final String REPORT = "junit/TEST-junit-jupiter.xml";
  private static final String CONSOLE =
      "exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m"
          + " --enable-native-access=ALL-UNNAMED @/payload/properties"
          + " -cp '/payload/guest-tests/*:/opt/jland/lib/*'"
          + " org.junit.platform.console.ConsoleLauncher execute @/payload/selection";

  /** A test that ended or a total: what of the console's output is worth a line on the host. */
  private static final String CLOSING = "\\[ +\\d+ tests .*\\]";

  /** Start of a line with which a test tells a number. */
  private static final String MEASURED = "measured: ";

  private static final String TEST_ENDED = ".* :: (SUCCESSFUL|FAILED|ABORTED|SKIPPED).*";

  /**
   * Runs one guest to its end.
   *
   * @param lines told what happens
   */
  Outcome run(GuestBoot boot, Consumer<String> lines) throws IOException {
    Path folder = results.resolve(boot.name());
    Folders.delete(folder);
    Files.createDirectories(folder);
    Path selection = Files.write(folder.resolve("selection"), arguments(boot));
    Path jvm = Files.write(folder.resolve("properties"), properties);
    GuestSpec spec =
        GuestSpec.shell(CONSOLE)
            .withKernel(boot.kernel())
            .withTopology(boot.topology())
            .withMemoryMib(MEMORY_MIB)
            .withClock(boot.clock())
            .withDistribution(home)
            .withPayload(List.of(jars, selection, jvm))
            .withTimeout(TIMEOUT)
            .withArtefacts(folder);
    List<String> log = new ArrayList<>();
    String ending;
    boolean died = false;
    int status = 0;
    try (PrintWriter file = new PrintWriter(folder.resolve(OUTPUT).toFile(), UTF_8);
        LineSink out = new LineSink(line -> listen(line, file, log, lines));
        LineSink err = new LineSink(line -> listen(line, file, log, lines))) {
      GuestResult result = guests.run(spec, out, err);
      status = result.status();
      ending =
          String.format(
              "kernel %s, %s: %d s, of which %d s to boot",
              result.kernel().release(),
              result.accelerator(),
              result.total().toSeconds(),
              result.boot().toSeconds());
    } catch (GuestException | IOException e) {
      ending = e.getMessage();
      died = true;
    }
    Outcome outcome = outcome(boot, folder, log, ending, lines);
    Tally tally = outcome.tally();
    // A report may have been written before the guest went wrong: it is not the whole truth then.
    boolean unexplained = died || status != 0 && tally.failed() == 0;
    int missing = boot.tests().size() - tally.total();
    if (unexplained || missing > 0) {
      lines.accept(
          "the tests did not come to a good end: "
              + (died ? ending : "JUnit's status is " + status + ", " + missing + " did not run"));
      tally = tally.plus(new Tally(0, Math.max(1, missing), 0));
    }
    return new Outcome(outcome.runner(), outcome.closing(), tally);
  }

  private static void listen(
      String line, PrintWriter file, List<String> log, Consumer<String> lines) {
    synchronized (log) {
      log.add(line);
      file.println(line);
      file.flush();
    }
    if (line.matches(TEST_ENDED) || line.startsWith(MEASURED)) {
      lines.accept(line.replaceFirst("^JUnit Jupiter > ", ""));
    }
  }

  private static Outcome outcome(
      GuestBoot boot, Path folder, List<String> log, String ending, Consumer<String> lines)
      throws IOException {
    List<String> closing = new ArrayList<>(List.of(ending));
    log.stream().filter(line -> line.matches(CLOSING)).forEach(closing::add);
    Path report = folder.resolve(REPORT);
    if (!Files.exists(report)) {
      log.stream().skip(Math.max(0, log.size() - 20)).forEach(lines);
      closing.add("no report came back: " + boot.tests().size() + " tests count as failed");
      return new Outcome(boot.name(), closing, Tally.NONE);
    }
    JUnitReport junit = JUnitReport.read(report);
    junit.cases().stream()
        .filter(test -> test.result() != JUnitReport.Result.PASSED)
        .forEach(test -> lines.accept(test.lines().getFirst()));
    Tally tally = junit.tally();
    if (tally.failed() > 0) {
      junit.cases().stream()
          .filter(test -> test.result() == JUnitReport.Result.FAILED)
          .forEach(test -> closing.addAll(test.lines()));
      closing.add("dmesg, output and what the tests saved: " + folder);
    }
    return new Outcome(boot.name(), closing, tally);
  }

  /** The console's options, one a line; too many for a command line. */
  static List<String> arguments(GuestBoot boot) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--disable-banner",
                "--disable-ansi-colors",
                "--details=testfeed",
                "--reports-dir=/artefacts/junit"));
    boot.tests().forEach(test -> arguments.add("--select-method=" + test.selector()));
    return arguments;
  }
}
