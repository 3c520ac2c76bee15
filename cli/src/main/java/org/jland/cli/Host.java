// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jland.bpf.SchedExt;
import org.jland.os.OsProcess;

/** This machine's kernel. */
final class Host {
  private Host() {}

  /** The kernel's release, as uname -r prints it. */
  static String kernelRelease() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
  }

  /** The processor and how many CPUs of it are there: what figures in host time depend on. */
  static String processor() {
    return processor(Path.of("/proc/cpuinfo"), Runtime.getRuntime().availableProcessors());
  }

  static String processor(Path cpuinfo, int cpus) {
    String model = System.getProperty("os.arch");
    try (Stream<String> lines = Files.lines(cpuinfo)) {
      model =
          lines
              .filter(line -> line.startsWith("model name"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip().replaceAll("\\s+", " "))
              .filter(name -> !name.isEmpty())
              .findFirst()
              .orElse(model);
    } catch (IOException e) {
      // Not every architecture tells.
    }
    return model + ", " + cpus + (cpus == 1 ? " CPU" : " CPUs");
  }

  /** Fails unless a scheduler could attach to this machine's kernel now. */
  static void requireSchedExt() throws IOException {
    requireSchedExt(SchedExt.host(), OsProcess.isRoot(), kernelRelease());
  }

  static void requireSchedExt(SchedExt schedExt, boolean root, String release) {
    if (!schedExt.isSupported()) {
      throw new Failure(
          "--host: the kernel " + release + " has no sched_ext; leave --host out to use a guest");
    }
    if (!root) {
      throw new Failure("--host: only root may attach a scheduler; use sudo -E");
    }
    if (!schedExt.state().equals(Optional.of("disabled"))) {
      throw new Failure(
          "--host: another scheduler is attached ("
              + schedExt.attachedOps().orElse("unknown")
              + "); stop it first");
    }
  }
}
