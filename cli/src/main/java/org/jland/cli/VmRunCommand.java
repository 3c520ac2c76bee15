// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jland.vm.Clock;
import org.jland.vm.GuestResult;
import org.jland.vm.GuestSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jland vm run}: one command in a guest. Its status is the command's. */
@Command(
    name = "run",
    description = {
      "Boots a guest, runs COMMAND in it as root, and brings its output and exit status back.",
      "jland is in /opt/jland and on the PATH. What COMMAND writes to /artefacts comes back, too.",
      "Status 124 if the time was over, 125 if the guest failed."
    })
final class VmRunCommand implements Callable<Integer> {

  @Mixin private GuestOptions guest;

  @Option(
      names = "--clock",
      converter = GuestOptions.ClockReader.class,
      defaultValue = "single",
      description =
          "single: host time. instructions: guest time is the instructions executed, "
              + "1 ns each; slow, and the same on every machine. Default: ${DEFAULT-VALUE}.")
  private Clock clock;

  @Option(
      names = "--artefacts",
      paramLabel = "DIR",
      description = "Gets the guest's /artefacts, dmesg.log and console.log.")
  private Path artefacts;

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
          "Seconds of host time after which the guest is killed. " + "Default: ${DEFAULT-VALUE}.")
  private Duration timeout;

  @Option(
      names = "--append",
      paramLabel = "ARG",
      description = "Argument for the kernel's command line. Repeatable.")
  private List<String> kernelArguments = List.of();

  @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "After --, with arguments.")
  private List<String> command;

  @Override
  public Integer call() throws IOException {
    GuestSpec spec = spec(Installation.current().requireHome());
    GuestResult result = Guests.open(Progress::line).run(spec, Streams.out(), Streams.err());
    return result.status();
  }

  /** What to boot. One word with blanks is a line for the shell, more words are a program. */
  GuestSpec spec(Path home) {
    boolean line = command.size() == 1 && command.getFirst().contains(" ");
    GuestSpec base = line ? GuestSpec.shell(command.getFirst()) : GuestSpec.of(command);
    GuestSpec spec =
        guest
            .apply(base)
            .withClock(clock)
            .withPayload(copies)
            .withDistribution(home)
            .withKernelArguments(kernelArguments)
            .withTimeout(timeout);
    return Optional.ofNullable(artefacts).map(spec::withArtefacts).orElse(spec);
  }
}
