// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jland.bench.BenchException;
import org.jland.bench.BenchResults;
import org.jland.bench.ResultsFile;
import org.jland.bench.Row;
import org.jland.bench.report.Comparison;
import org.jland.bench.report.HtmlReport;
import org.jland.bench.report.TextReport;
import org.jland.bench.run.BenchRunner;
import org.jland.bench.run.KernelSource;
import org.jland.bench.run.Plan;
import org.jland.bench.run.Suite;
import org.jland.os.TrustedPath;
import org.jland.vm.Clock;
import org.jland.vm.GuestSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jland bench}: schedulers against each other. */
@Command(
    name = "bench",
    description = {
      "Measures schedulers by real workloads, in a guest whose time is the instructions executed,",
      "so that the figures are the same on every machine. The opponents take turns within one boot.",
      "A run in which a scheduler was not attached all the time counts for nothing.",
      "Status 1 if a figure is missing."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int MAX_RUNS = 99;
  private static final int MAX_GUESTS = 2;

  @Mixin private GuestOptions guest;

  @Option(
      names = "--suite",
      paramLabel = "quick|full",
      defaultValue = "quick",
      description = "Which workloads. Default: ${DEFAULT-VALUE}.")
  private String suite;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "These workloads only, of whichever suite; see --list. * stands for anything.")
  private List<String> only = List.of();

  @Option(names = "--list", description = "Names the workloads and runs none.")
  private boolean list;

  @Option(
      names = "--against",
      paramLabel = "OPPONENT",
      split = ",",
      defaultValue = "eevdf",
      description = {
        "eevdf (the kernel's default), a scheduler's binary or FILE.java, with its options.",
        "The others are compared with the first. Default: ${DEFAULT-VALUE}."
      })
  private List<String> against;

  @Option(
      names = "--scheduler",
      paramLabel = "COMMAND",
      defaultValue = "scx_jland",
      description =
          "What it is about, with options: \"scx_jland -s 5000\". Default: ${DEFAULT-VALUE}.")
  private String scheduler;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each workload and opponent. Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--clock",
      paramLabel = "instructions|real",
      defaultValue = "instructions",
      description = "What a guest's time is made of. Default: ${DEFAULT-VALUE}.")
  private String clock;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Keeps the results there. Default: bench.json in jland's cache.")
  private Path json;

  @Option(names = "--resume", description = "Goes on with the results in --json.")
  private boolean resume;

  @Option(names = "--host", description = "Measures this machine, not a guest; root only.")
  private boolean host;

  @Option(
      names = "--kernel-source",
      paramLabel = "DIR",
      description = {
        "With --host: adds kernel-build, the build of the Linux whose sources are in DIR. They stay",
        "as they are; what is built goes to memory."
      })
  private Path kernelSource;

  @Option(
      names = "--kernel-config",
      paramLabel = "TARGET",
      defaultValue = "tinyconfig",
      description = "What of it is built: tinyconfig, defconfig ... Default: ${DEFAULT-VALUE}.")
  private String kernelConfig;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Writes a page there: one file, readable without a network.")
  private Path html;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      arity = "2",
      description = "OLD.json NEW.json: measures nothing and shows what changed between results.")
  private List<Path> compare = List.of();

  @Option(
      names = "--fail-above",
      paramLabel = "PERCENT",
      description = "With --compare: status 1 if a figure became worse by more.")
  private Double failAbove;

  @Option(
      names = "--install-peers",
      description = {
        "Builds other user-space schedulers (scx_rustland, scx_rlfifo, scx_bpfland) with cargo;",
        "after that they are opponents by their names."
      })
  private boolean installPeers;

  @Option(
      names = "--micro",
      paramLabel = "REGEX",
      arity = "0..1",
      fallbackValue = ".*",
      description = {
        "Measures the framework's parts on this machine's JVM instead, with JMH; the last column of",
        "gc.alloc.rate.norm is bytes an operation. In a source tree only."
      })
  private String micro;

  @Override
  public Integer call() throws IOException {
    try {
      if (list) {
        Stream.concat(Suite.rows().stream(), Stream.of(Suite.kernelBuild()))
            .forEach(row -> System.out.printf("%-22s %s%n", row.name(), row.what()));
        return Status.OK;
      }
      if (installPeers) {
        return installPeers();
      }
      if (micro != null) {
        return micro();
      }
      return compare.isEmpty() ? measure() : compare();
    } catch (BenchException e) {
      throw new Failure(e.getMessage());
    }
  }

  private int micro() throws IOException {
    Installation installation = Installation.current();
    Path jmh = installation.requireSource("--micro").resolve("target/micro");
    return ChildProcess.standIn(
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            jmh + "/*:" + installation.lib() + "/*",
            "org.openjdk.jmh.Main",
            micro,
            "-prof",
            "gc"));
  }

  private static int installPeers() throws IOException {
    List<String> failed = Peers.ofCache().install();
    failed.forEach(name -> Progress.line(name + " could not be built (above)"));
    return failed.isEmpty() ? Status.OK : Status.FAILED;
  }

  private int compare() throws IOException {
    if (compare.size() != 2) {
      throw new Failure("--compare takes two files, OLD.json NEW.json", Status.USAGE);
    }
    Comparison comparison =
        Comparison.of(
            new ResultsFile(compare.getFirst()).read(), new ResultsFile(compare.getLast()).read());
    System.out.print(comparison.text());
    if (html != null) {
      writePage(comparison.html());
    }
    if (failAbove == null) {
      return Status.OK;
    }
    List<String> failures = comparison.failures(failAbove);
    failures.forEach(failure -> Progress.line("FAILED: " + failure));
    return failures.isEmpty() ? Status.OK : Status.FAILED;
  }

  private void writePage(String page) throws IOException {
    try (OutputStream out = TrustedPath.create(html)) {
      out.write(page.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new Failure("can't write " + html + " (" + e + "); the results themselves are kept");
    }
    Progress.line("page: " + html.toAbsolutePath());
  }

  private int measure() throws IOException {
    if (runs < 1 || runs > MAX_RUNS) {
      throw new Failure("--runs is 1 to " + MAX_RUNS, Status.USAGE);
    }
    Clock guestClock = clock();
    Optional<KernelSource> source = kernelSource();
    BenchRows selection =
        new BenchRows(suite, only, host || guestClock == Clock.SINGLE, source.isPresent());
    Installation installation = Installation.current();
    Path bin = host ? installation.requireHome().resolve("bin") : Path.of("/opt/jland/bin");
    List<String> typed = new ArrayList<>(against);
    typed.add(scheduler);
    BenchOpponents opponents = BenchOpponents.parse(typed, bin, !host, Peers.ofCache());
    ResultsFile file = new ResultsFile(json != null ? json.toAbsolutePath() : defaultFile());
    BenchSession session = new BenchSession(file, start(file, opponents, selection));
    file.write(session.results());
    List<String> failures =
        host ? onHost(session, source) : inGuests(session, installation, opponents, guestClock);
    if (failures.isEmpty()) {
      session.complete();
    }
    failures.forEach(Progress::line);
    return report(session.results(), file, failures);
  }

  private Clock clock() {
    return switch (clock) {
      case "instructions" -> Clock.INSTRUCTIONS;
      case "real" -> Clock.SINGLE;
      default -> throw new Failure("--clock is instructions or real", Status.USAGE);
    };
  }

  private Optional<KernelSource> kernelSource() {
    if (kernelSource == null) {
      return Optional.empty();
    }
    if (!host) {
      throw new Failure(
          "--kernel-source is for --host: a guest would build for hours", Status.USAGE);
    }
    try {
      return Optional.of(KernelSource.of(kernelSource, kernelConfig));
    } catch (BenchException e) {
      throw new Failure(e.getMessage(), Status.USAGE);
    }
  }

  private static Path defaultFile() throws IOException {
    return Files.createDirectories(Peers.cache()).resolve("bench.json");
  }

  /** Empty results, or those that are to be gone on with. */
  private BenchResults start(ResultsFile file, BenchOpponents opponents, BenchRows selection) {
    if (resume) {
      BenchResults old = file.read();
      if (!old.opponents().equals(opponents.opponents())) {
        throw new Failure(
            "--resume: the results in " + file.path() + " compare others; name the same ones",
            Status.USAGE);
      }
      return old;
    }
    if (json != null && Files.exists(json) && !file.read().complete()) {
      throw new Failure(
          json + " holds a run that did not end: --resume goes on with it; or name another file",
          Status.USAGE);
    }
    return new BenchResults(
        BenchResults.FORMAT,
        Installation.version(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        command(),
        runs,
        false,
        opponents.opponents(),
        selection.rows(),
        List.of(),
        List.of(),
        selection.notes());
  }

  private List<String> command() {
    List<String> words = new ArrayList<>(List.of("jland", "bench"));
    if (only.isEmpty()) {
      words.addAll(List.of("--suite", suite));
    } else {
      words.addAll(List.of("--only", String.join(",", only)));
    }
    words.addAll(List.of("--against", String.join(",", against), "--scheduler", scheduler));
    words.addAll(List.of("--runs", String.valueOf(runs)));
    if (host) {
      words.add("--host");
      if (kernelSource != null) {
        words.addAll(List.of("--kernel-source", kernelSource.toString()));
        words.addAll(List.of("--kernel-config", kernelConfig));
      }
    } else {
      words.addAll(List.of("--cpus", String.valueOf(guest.topology().cpus()), "--clock", clock));
    }
    return words;
  }

  private List<String> onHost(BenchSession session, Optional<KernelSource> source)
      throws IOException {
    Host.requireSchedExt();
    List<String> rows = session.results().rows().stream().map(Row::name).toList();
    String boot = "boot " + (session.results().boots().size() + 1);
    String machine = "this machine (" + Host.processor() + ")";
    Plan plan = session.plan(boot, Clock.SINGLE, machine, rows);
    BenchInsideCommand.measure(new BenchRunner(plan, session.hostListener(), source));
    return List.of();
  }

  private List<String> inGuests(
      BenchSession session, Installation installation, BenchOpponents opponents, Clock guestClock)
      throws IOException {
    int atOnce = Math.min(MAX_GUESTS, Runtime.getRuntime().availableProcessors());
    List<BenchChunk> chunks =
        BenchChunk.plan(
            session.results().rows().stream().map(Row::name).toList(),
            new BenchChunk.Machine(guestClock, guest.topology().cpus()),
            session.results().runs() + 1,
            opponents.opponents().size(),
            atOnce);
    GuestSpec base =
        guest
            .apply(GuestSpec.of(List.of("true")))
            .withClock(guestClock)
            .withDistribution(installation.requireHome());
    Guests guests = Guests.open(Progress::line);
    guests.prepare(base);
    return session.inGuests(guests, base, opponents.files(), chunks, atOnce);
  }

  private int report(BenchResults results, ResultsFile file, List<String> failures)
      throws IOException {
    System.out.print(TextReport.of(results));
    Progress.line("results: " + file.path());
    if (html != null) {
      writePage(HtmlReport.of(results));
    }
    boolean sound = failures.isEmpty() && results.soundRows().size() == results.rows().size();
    return sound ? Status.OK : Status.FAILED;
  }
}
