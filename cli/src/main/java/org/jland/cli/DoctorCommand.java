// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jland.vm.Rig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code jland doctor}: what is there, what is missing, what to type. */
@Command(
    name = "doctor",
    description = {
      "Says what this machine has and lacks, and what to type; changes nothing.",
      "Status 0 if demo and test have all they need, else 1."
    })
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    HostFacts facts = HostFacts.read(Rig.open(Progress::line));
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> guests = new ArrayList<>(Diagnosis.guests(facts));
    out.println("for guests (demo, test, vm):");
    guests.forEach(finding -> out.println(finding.line()));
    out.println("for scheduling this machine itself (demo --host, scx_jland):");
    Diagnosis.host(facts).forEach(finding -> out.println(finding.line()));
    boolean ready = Diagnosis.isReady(guests);
    out.println(ready ? "ready: jland demo, jland test" : "not ready: mend what is MISSING above");
    return ready ? Status.OK : Status.FAILED;
  }
}
