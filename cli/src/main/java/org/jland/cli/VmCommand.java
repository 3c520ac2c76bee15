// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jland vm}: a guest whose kernel has sched_ext. */
@Command(
    name = "vm",
    description = "Boots a guest whose kernel has sched_ext, with this jland in it.",
    synopsisSubcommandLabel = "(run | shell | kernels)",
    subcommands = {VmRunCommand.class, VmShellCommand.class, VmKernelsCommand.class})
final class VmCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "run, shell or kernels is missing");
  }
}
