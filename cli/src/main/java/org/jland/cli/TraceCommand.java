// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jland.trace.Analysis;
import org.jland.trace.RecordingOptions;
import org.jland.trace.Report;
import org.jland.trace.TraceFile;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceException;
import org.jland.trace.model.TraceInfo;
import org.jland.vm.Clock;
import org.jland.vm.GuestResult;
import org.jland.vm.GuestSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jland trace}: what the scheduler did. */
@Command(
    name = "trace",
    description = {
      "Records scheduling, in a guest or with --host on this machine, until COMMAND ends or the",
      "time is over, and writes a file for https://ui.perfetto.dev. --report tells what is in one.",
      "Status 1 also if events were lost; the status of COMMAND if that failed."
    },
    customSynopsis = {
      "jland trace -o FILE [-d SECONDS] [OPTIONS] [-- COMMAND]",
      "       jland trace --report FILE"
    })
final class TraceCommand implements Callable<Integer> {
  private static final String GUEST_FILE = "/artefacts/jland.trace";
  private static final String EEVDF = "eevdf";

  @Mixin private GuestOptions guest;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The file to write.")
  private Path output;

  @Option(
      names = {"-d", "--duration"},
      paramLabel = "SECONDS",
      converter = GuestOptions.Seconds.class,
      description = "How long to record at most. Default: until COMMAND ends, or 5 s without one.")
  private Duration duration;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Tells of a recording: gaps, latencies, custody, the longest waits.")
  private Path report;

  @Option(
      names = "--scheduler",
      paramLabel = "\"NAME OPTION...\"",
      defaultValue = "scx_jland",
      description =
          "What schedules the guest: a program of jland's bin with its options, or eevdf for "
              + "the kernel's own scheduler. Default: ${DEFAULT-VALUE}.")
  private String scheduler;

  @Option(
      names = "--clock",
      converter = GuestOptions.ClockReader.class,
      defaultValue = "single",
      description =
          "single: host time. instructions: guest time is the instructions executed, 1 ns each."
              + " Default: ${DEFAULT-VALUE}.")
  private Clock clock;

  @Option(
      names = "--copy",
      paramLabel = "PATH",
      description = "File or folder that the guest sees as /payload/NAME. Repeatable.")
  private List<Path> copies = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "S",
      converter = GuestOptions.Seconds.class,
      defaultValue = "600",
      description =
          "Seconds of host time after which the guest is killed. Default: ${DEFAULT-VALUE}.")
  private Duration timeout;

  @Option(
      names = "--host",
      description = "Records whatever runs on this machine; takes root. No guest, no scheduler.")
  private boolean host;

  @Option(
      names = "--buffer-mib",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Room for each CPU's events. Default: 64, or a 16th of the memory for all together.")
  private int bufferMib;

  /** In a guest, what the user calls the file. */
  @Option(names = "--called", hidden = true)
  private Path called;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "What to run meanwhile, after --, with arguments.")
  private List<String> command = List.of();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    try {
      if (report != null) {
        return tell(TraceFile.read(report));
      }
      if (output == null) {
        throw new ParameterException(spec.commandLine(), "say -o FILE or --report FILE");
      }
      if (bufferMib < 0 || bufferMib > RecordingOptions.MAX_MIB) {
        throw new ParameterException(
            spec.commandLine(), "--buffer-mib is from 1 to " + RecordingOptions.MAX_MIB);
      }
      return host ? onHost() : inGuest();
    } catch (TraceException e) {
      throw new Failure(e.getMessage());
    }
  }

  private int tell(SchedulingTrace trace) {
    spec.commandLine().getOut().print(Report.of(Analysis.of(trace)));
    spec.commandLine().getOut().flush();
    return Status.OK;
  }

  private int onHost() throws IOException {
    TraceFile.requireWritable(output);
    TracedRun.Result result = new TracedRun(command, duration).record(options());
    TraceFile.write(result.trace(), output);
    TraceInfo info = result.trace().info();
    Progress.line(
        String.format(
            "%d events of %.3f s in %s; open it in https://ui.perfetto.dev, or type: jland trace"
                + " --report %s",
            result.trace().events().size(), info.lengthNs() / 1e9, name(), name()));
    if (info.lostEvents() > 0) {
      throw new Failure(
          String.format(
              "events were lost: the buffers were full after %.3f s of %.3f s, and %s ends there;"
                  + " use a larger --buffer-mib or a smaller -d",
              info.lengthNs() / 1e9, info.askedNs() / 1e9, name()));
    }
    if (result.status() != 0) {
      throw new Failure("COMMAND ended with status " + result.status(), result.status());
    }
    return Status.OK;
  }

  private Path name() {
    return called == null ? output : called;
  }

  private RecordingOptions options() {
    return new RecordingOptions(bufferMib, true);
  }

  private int inGuest() throws IOException {
    Installation installation = Installation.current();
    TraceFile.requireWritable(output);
    Path artefacts = Files.createTempDirectory("jland-trace");
    try {
      GuestSpec run =
          guest
              .apply(GuestSpec.shell(guestScript()))
              .withClock(clock)
              .withPayload(copies)
              .withDistribution(installation.requireHome())
              .withArtefacts(artefacts)
              .withTimeout(timeout);
      GuestResult result = Guests.open(Progress::line).run(run, Streams.out(), Streams.err());
      Path made = artefacts.resolve(Path.of(GUEST_FILE).getFileName());
      if (Files.isRegularFile(made)) {
        Files.move(made, output, StandardCopyOption.REPLACE_EXISTING);
      } else {
        throw new Failure(
            "the guest recorded nothing (above)",
            result.status() == 0 ? Status.FAILED : result.status());
      }
      return result.status();
    } finally {
      Folders.delete(artefacts);
    }
  }

  /** Starts the scheduler, waits until it is attached, records, ends it. */
  String guestScript() {
    List<String> trace = new ArrayList<>(List.of("jland", "trace", "--host", "-o", GUEST_FILE));
    if (duration != null) {
      trace.addAll(List.of("-d", String.valueOf(duration.toSeconds())));
    }
    trace.addAll(List.of("--buffer-mib", String.valueOf(bufferMib)));
    trace.addAll(List.of("--called", output.toString()));
    if (!command.isEmpty()) {
      trace.add("--");
      trace.addAll(
          command.size() == 1 && command.getFirst().contains(" ")
              ? List.of("sh", "-c", command.getFirst())
              : command);
    }
    String record = String.join(" ", trace.stream().map(TraceCommand::quoted).toList());
    if (scheduler.equals(EEVDF)) {
      return record;
    }
    return String.join(
        "\n",
        scheduler + " >/artefacts/scheduler.log 2>&1 & sched=$!",
        "until [ -s /sys/kernel/sched_ext/root/ops ]; do",
        "  kill -0 $sched 2>/dev/null || { cat /artefacts/scheduler.log >&2; exit 1; }",
        "  sleep 0.5",
        "done",
        record + "; status=$?",
        "kill $sched; wait $sched || { cat /artefacts/scheduler.log >&2; exit 1; }",
        "exit $status");
  }

  private static String quoted(String word) {
    return word.matches("[\\w./:=+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
