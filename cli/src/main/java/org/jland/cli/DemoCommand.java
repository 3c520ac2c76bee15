// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jland.vm.Clock;
import org.jland.vm.GuestResult;
import org.jland.vm.GuestSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jland demo}: why this exists, on one screen. */
@Command(
    name = "demo",
    description = {
      "Runs a 60 fps frame loop beside a parallel compile, first with the kernel's default",
      "scheduler, then with scx_jland, and shows both. Status 1 if scx_jland was evicted or lost",
      "a task."
    })
final class DemoCommand implements Callable<Integer> {
  private static final int CPU_MS = 4;
  private static final int SECONDS = 5;
  private static final int JOBS = 8;
  private static final String FILES = "32";
  private static final Duration TIMEOUT = Duration.ofMinutes(15);

  @Mixin private GuestOptions guest;

  @Option(
      names = "--clock",
      converter = GuestOptions.ClockReader.class,
      defaultValue = "instructions",
      description =
          "instructions: the same result on every machine, however busy. single: host "
              + "time. Default: ${DEFAULT-VALUE}.")
  private Clock clock;

  @Option(
      names = "--host",
      description = "Uses this machine's own kernel, not a guest. It must have sched_ext.")
  private boolean host;

  @Spec private CommandSpec spec;

  private final long startNs = System.nanoTime();

  @Override
  public Integer call() throws IOException {
    Installation installation = Installation.current();
    Path programs = Files.createTempDirectory("jland-demo");
    // Not "finally": after Ctrl-C that is not reached.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(programs)));
    Path folder = GuestPrograms.extract(programs.resolve("demo"));
    writeFilesToCompile(folder);
    return host ? onHost(installation, programs) : inGuest(installation, programs);
  }

  private static void deleteQuietly(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("jland: could not remove " + folder + ": " + e.getMessage());
    }
  }

  /** Here rather than in the guest, which is several times slower. */
  private static void writeFilesToCompile(Path folder) throws IOException {
    List<String> command =
        List.of("sh", folder.resolve("compileload.sh").toString(), "make", folder + "/load", FILES);
    if (ChildProcess.run(new ProcessBuilder(command), Streams.out(), Streams.err()) != 0) {
      throw new Failure("can't write the files to compile (above)");
    }
  }

  private int inGuest(Installation installation, Path programs) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "/payload/demo/demo.sh"));
    command.addAll(arguments());
    GuestSpec run =
        guest
            .apply(GuestSpec.of(command))
            .withClock(clock)
            .withPayload(List.of(programs.resolve("demo")))
            .withDistribution(installation.requireHome())
            .withTimeout(TIMEOUT);
    Guests guests = Guests.open(this::progress);
    guests.prepare(run);
    progress("booting the guest ...");
    DemoOutput output = new DemoOutput(phase -> progress(describe(phase)));
    List<String> log = new ArrayList<>();
    GuestResult result;
    try (LineSink out = new LineSink(output);
        LineSink err = new LineSink(log::add)) {
      result = guests.run(run, out, err);
    }
    String machine =
        String.format(
            "jland %s, kernel %s, %d CPUs in a guest, %s",
            Installation.version(),
            result.kernel().release(),
            guest.topology().cpus(),
            clock == Clock.INSTRUCTIONS ? "1 ns = 1 instruction" : "host time");
    return show(machine, output, log, result.status());
  }

  private int onHost(Installation installation, Path programs) throws IOException {
    Host.requireSchedExt();
    List<String> command =
        new ArrayList<>(List.of("sh", programs.resolve("demo/demo.sh").toString()));
    command.addAll(arguments());
    DemoOutput output = new DemoOutput(phase -> progress(describe(phase)));
    List<String> log = new ArrayList<>();
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .merge(
            "PATH",
            installation.requireHome().resolve("bin").toString(),
            (path, bin) -> bin + ":" + path);
    int status;
    try (LineSink out = new LineSink(output);
        LineSink err = new LineSink(log::add)) {
      status = ChildProcess.run(builder, out, err);
    }
    String machine =
        String.format(
            "jland %s, kernel %s, %d CPUs, this machine itself",
            Installation.version(),
            Host.kernelRelease(),
            Runtime.getRuntime().availableProcessors());
    return show(machine, output, log, status);
  }

  private int show(String machine, DemoOutput output, List<String> log, int status) {
    if (status != 0 || output.result().isEmpty()) {
      log.forEach(System.err::println);
      throw new Failure("the demo did not come to its end (status " + status + ")");
    }
    DemoResult result = output.result().get();
    if (result.evicted()) {
      log.forEach(System.err::println);
    }
    String load =
        String.format(
            "60 frames a second, %d ms of CPU each, for %d s, beside make -j%d",
            CPU_MS, SECONDS, JOBS);
    spec.commandLine().getOut().println();
    spec.commandLine().getOut().print(DemoScreen.of(machine, load, SECONDS, result));
    spec.commandLine().getOut().flush();
    return result.holds() ? Status.OK : Status.FAILED;
  }

  private void progress(String text) {
    Progress.line(String.format("[%3d s] %s", (System.nanoTime() - startNs) / 1_000_000_000, text));
  }

  private static List<String> arguments() {
    return List.of(String.valueOf(CPU_MS), String.valueOf(SECONDS), String.valueOf(JOBS));
  }

  private static String describe(String phase) {
    return switch (phase) {
      case "preparing" -> "compiling the frame loop ...";
      case "eevdf" -> "default scheduler: frame loop beside make -j" + JOBS + " ...";
      case "attaching" -> "starting scx_jland ...";
      case "jland" -> "scx_jland: frame loop beside make -j" + JOBS + " ...";
      default -> phase + " ...";
    };
  }
}
