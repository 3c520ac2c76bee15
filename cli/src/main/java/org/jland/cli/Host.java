// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jland.bpf.SchedExt;
import org.jland.os.OsProcess;

/** This machine's kernel. */
final class Host {
  private Host() {}

  /** The kernel's release, as uname -r prints it. */
  static String kernelRelease() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
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
