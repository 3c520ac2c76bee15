// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jland.vm.GuestSpec;
import org.jland.vm.KernelVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jland test}: the proof. */
@Command(
    name = "test",
    description = {
      "Builds and runs the unit tests and style gates, then the guest tests on the newest and the",
      "oldest kernel, two runners at a time. Results are in target/test-results."
    })
final class TestCommand implements Callable<Integer> {
  private static final int AT_ONCE = 2;
  private static final int SHORTEST_FUZZ = 4;

  /** Well within what a guest with tests is given. */
  private static final int LONGEST_FUZZ = 2400;

  private static final int LONGEST_STOP = 120;

  @Option(
      names = "--only",
      paramLabel = "PATTERN",
      description =
          "Only tests with this in Class#method; * stands for anything. Nothing else is "
              + "built or booted.")
  private String only;

  @Option(names = "--quick", description = "No guest and no browser.")
  private boolean quick;

  @Option(
      names = "--fuzz-seconds",
      paramLabel = "N",
      description = "How long FuzzVmTest writes nonsense; default: ${DEFAULT-VALUE}.")
  private int fuzzSeconds = 30;

  @Option(
      names = "--fuzz-seed",
      paramLabel = "N",
      description = "What FuzzVmTest's nonsense is made from; default: ${DEFAULT-VALUE}.")
  private long fuzzSeed = 20;

  @Option(
      names = "--stop-seconds",
      paramLabel = "N",
      description = "How long StoppedVmTest stops the scheduler; default: ${DEFAULT-VALUE}.")
  private int stopSeconds = 6;

  @Option(
      names = "--kernel",
      paramLabel = "V",
      arity = "1",
      description =
          "Kernel of the guest tests, instead of newest and oldest. Repeatable; the "
              + "first also runs what needs one kernel only.")
  private List<String> kernels = List.of("newest", "oldest");

  @Option(
      names = "--kernels",
      paramLabel = "all|series",
      description = {
        "The core guest tests only, on all kernels that are served, or the newest of each series,",
        "in host time and in instruction time. Prints a table. Takes long."
      })
  private String matrix;

  @Option(names = "--update-readme", description = "With --kernels: puts the table into README.md.")
  private boolean updateReadme;

  private final PrintStream out = System.out;

  private interface Job {
    Outcome run() throws IOException;
  }

  @Override
  public Integer call() throws IOException {
    Installation installation = Installation.current();
    Path source = installation.requireSource("jland test");
    if (matrix != null) {
      return matrix(installation, source);
    }
    if (updateReadme) {
      throw new Failure("--update-readme goes with --kernels", Status.USAGE);
    }
    if (fuzzSeconds < SHORTEST_FUZZ || fuzzSeconds > LONGEST_FUZZ) {
      throw new Failure("--fuzz-seconds is " + SHORTEST_FUZZ + " to " + LONGEST_FUZZ, Status.USAGE);
    }
    if (stopSeconds < 1 || stopSeconds > LONGEST_STOP) {
      throw new Failure("--stop-seconds is 1 to " + LONGEST_STOP, Status.USAGE);
    }
    List<TestMethod> wanted = wanted(TestCatalog.read(source));
    List<Job> jobs = new ArrayList<>();
    List<TestMethod> units = wanted.stream().filter(test -> !test.isGuestTest()).toList();
    if (only == null || !units.isEmpty()) {
      UnitTests unitTests =
          new UnitTests(
              source, installation.requireHome(), only == null ? List.of() : units, quick);
      jobs.add(() -> unitTests.run(prefixed("unit")));
    }
    List<TestMethod> inGuest = wanted.stream().filter(TestMethod::isGuestTest).toList();
    if (!quick && !inGuest.isEmpty()) {
      addGuests(installation, source, inGuest, jobs);
    }
    if (jobs.isEmpty()) {
      throw new Failure("no test matches '" + only + "'", Status.USAGE);
    }
    return report(runAll(jobs));
  }

  private int matrix(Installation installation, Path source) throws IOException {
    if (!matrix.equals("all") && !matrix.equals("series")) {
      throw new Failure("--kernels is all or series", Status.USAGE);
    }
    if (only != null || quick) {
      throw new Failure("--kernels runs the core tests: leave --only, --quick out", Status.USAGE);
    }
    Guests guests = Guests.open(Progress::line);
    List<TestMethod> tests =
        TestCatalog.read(source).stream().filter(TestMethod::isGuestTest).toList();
    KernelMatrix plan = KernelMatrix.plan(guests.kernels(), matrix, tests);
    GuestTests runner = runner(guests, installation, source);
    List<Job> jobs = new ArrayList<>();
    for (GuestBoot boot : plan.boots()) {
      jobs.add(() -> {
        guests.prepare(GuestSpec.of(List.of("true")).withKernel(boot.kernel()));
        return runner.run(boot, prefixed(boot.name()));
      });
    }
    List<Outcome> outcomes = runAll(jobs);
    int status = report(outcomes);
    String table = plan.table(KernelMatrix.byName(outcomes), results(source));
    out.println();
    out.print(table);
    if (updateReadme) {
      Path readme = source.resolve("README.md");
      Files.writeString(readme, KernelMatrix.replaceIn(Files.readString(readme), matrix, table));
    }
    return status;
  }

  private static Path results(Path source) {
    return source.resolve("target/test-results");
  }

  private GuestTests runner(Guests guests, Installation installation, Path source) {
    return new GuestTests(
        guests,
        source.resolve("target/guest-tests"),
        installation.requireHome(),
        results(source),
        List.of(
            "-Djland.fuzz.seconds=" + fuzzSeconds,
            "-Djland.fuzz.seed=" + fuzzSeed,
            "-Djland.stop.seconds=" + stopSeconds));
  }

  private List<TestMethod> wanted(List<TestMethod> all) {
    if (only == null) {
      return all;
    }
    TestPattern pattern = new TestPattern(only);
    return all.stream().filter(pattern::matches).toList();
  }

  private void addGuests(
      Installation installation, Path source, List<TestMethod> tests, List<Job> jobs)
      throws IOException {
    Guests guests = Guests.open(Progress::line);
    GuestTests runner = runner(guests, installation, source);
    List<GuestBoot> boots = GuestBoot.plan(distinct(kernels, guests), tests);
    for (String kernel : boots.stream().map(GuestBoot::kernel).distinct().toList()) {
      guests.prepare(GuestSpec.of(List.of("true")).withKernel(kernel));
    }
    boots.forEach(boot -> jobs.add(() -> runner.run(boot, prefixed(boot.name()))));
  }

  /** The same kernel is not tested twice: where one is served, it is the newest and the oldest. */
  private static List<String> distinct(List<String> kernels, Guests guests) throws IOException {
    List<KernelVersion> all = guests.kernels().stream().map(entry -> entry.version()).toList();
    boolean both = kernels.contains("newest") && kernels.contains("oldest");
    return both && all.size() == 1 ? List.of("newest") : kernels.stream().distinct().toList();
  }

  private List<Outcome> runAll(List<Job> jobs) throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    try (ExecutorService runners = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Outcome>> futures = new ArrayList<>();
      jobs.forEach(job -> futures.add(runners.submit(job::run)));
      for (Future<Outcome> future : futures) {
        outcomes.add(future.get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
    return outcomes;
  }

  private int report(List<Outcome> outcomes) {
    Tally total = Tally.NONE;
    for (Outcome outcome : outcomes) {
      out.println();
      out.println(outcome.runner() + ":");
      outcome.closing().forEach(line -> out.println("  " + line));
      total = total.plus(outcome.tally());
    }
    out.println();
    out.println(total.line());
    return total.failed() == 0 && total.passed() > 0 ? Status.OK : Status.FAILED;
  }

  private Consumer<String> prefixed(String label) {
    return line -> out.println("[" + label + "] " + line);
  }
}
