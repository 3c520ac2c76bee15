// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jland.vm.KernelEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code jland vm kernels}: what a guest can run on. */
@Command(name = "kernels", description = "Lists the kernels that are served and cached.")
final class VmKernelsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    List<KernelEntry> kernels = Guests.open(Progress::line).kernels();
    if (kernels.isEmpty()) {
      throw new Failure(
          "no kernel is cached and the mirror can't be reached; connect to the network once");
    }
    kernels.forEach(kernel -> spec.commandLine().getOut().println(line(kernel)));
    return Status.OK;
  }

  /** One kernel in columns: number, release, where it is. */
  static String line(KernelEntry kernel) {
    String where =
        kernel.cached() && kernel.served()
            ? "served, cached"
            : kernel.cached() ? "cached" : "served";
    return String.format(
        "%-8s %-32s %s", kernel.version().number(), kernel.version().release(), where);
  }
}
