// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jland.vm.GuestSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jland vm shell}: a prompt in a guest. */
@Command(name = "shell", description = "Boots a guest and gives a root prompt in it.")
final class VmShellCommand implements Callable<Integer> {

  private static final Duration A_DAY = Duration.ofDays(1);

  @Mixin private GuestOptions guest;

  @Option(
      names = "--copy",
      paramLabel = "PATH",
      description = "File or folder that the guest sees as /payload/NAME. Repeatable.")
  private List<Path> copies = List.of();

  @Override
  public Integer call() throws IOException {
    if (System.console() == null || !System.console().isTerminal()) {
      throw new Failure("vm shell needs a terminal; use jland vm run -- COMMAND");
    }
    GuestSpec spec =
        guest
            .apply(GuestSpec.of(List.of("sh")))
            .withPayload(copies)
            .withDistribution(Installation.current().requireHome())
            .withTimeout(A_DAY);
    return Guests.open(Progress::line).shell(spec).status();
  }
}
