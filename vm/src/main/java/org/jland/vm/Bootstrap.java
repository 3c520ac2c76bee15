// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts Debian packages with all that they depend on into a folder. */
final class Bootstrap {
  private Bootstrap() {}

  /**
   * Runs mmdebstrap.
   *
   * @param what is to come of it, for messages
   * @param variant mmdebstrap's: {@code minbase} for a system, {@code extract} for bare files
   * @param packages what to include
   * @param hooks further options, such as {@code --customize-hook=COMMAND}
   * @param mirror address of the Debian mirror
   * @param root folder to be made
   * @throws GuestException if this is not root, or the mirror does not answer
   */
  static void run(
      String what,
      String variant,
      List<String> packages,
      List<String> hooks,
      String mirror,
      Path root)
      throws IOException {
    requireRoot(what);
    AptRoot.requireKeyring();
    List<String> command = new ArrayList<>();
    command.addAll(List.of(HostTool.MMDEBSTRAP.require(), "--variant=" + variant));
    command.add("--keyring=" + AptRoot.KEYRING);
    command.add("--include=" + String.join(",", packages));
    command.addAll(hooks);
    command.addAll(List.of(GuestImage.RELEASE, root.toString(), mirror));
    HostProcess.Output output = HostProcess.run(root.getParent(), command);
    if (output.isDiskFull()) {
      throw output.failure("making " + what + " failed");
    }
    if (output.status() != 0) {
      IOException cause = output.failure("mmdebstrap failed");
      throw GuestException.setup(
          what
              + " can't be made; it needs the Debian mirror once: check the network,"
              + " or set JLAND_MIRROR ("
              + cause.getMessage()
              + ")",
          cause);
    }
  }

  private static void requireRoot(String what) throws IOException {
    boolean root =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
    if (!root) {
      throw GuestException.setup(what + " is made once, by root; run this command with sudo -E");
    }
  }
}
