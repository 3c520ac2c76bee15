// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The Debian mirror, as this machine's own apt knows it. No address is written down here. */
final class Mirror {
  private Mirror() {}

  /**
   * JLAND_MIRROR if it is set, else what apt uses.
   *
   * @throws GuestException if there is neither
   */
  static String address(Map<String, String> environment) throws IOException {
    String own = environment.getOrDefault("JLAND_MIRROR", "");
    if (!own.isEmpty()) {
      return own;
    }
    List<String> command =
        List.of(
            HostTool.APT_GET.require(),
            "indextargets",
            "--format",
            "$(REPO_URI) $(ORIGIN) $(LABEL) $(COMPONENT)",
            "Created-By: Packages");
    return choose(HostProcess.require("asking apt for its mirror", Path.of("/"), command).stdout());
  }

  /** The first address among lines {@code URI ORIGIN LABEL COMPONENT} that is Debian's archive. */
  static String choose(String targets) {
    return targets
        .lines()
        // Origin and label are empty until lists were fetched: then the path has to tell.
        .filter(line -> line.matches("\\S+ Debian Debian main|\\S+/debian/?\\s+main"))
        .map(line -> line.split(" ")[0])
        .findFirst()
        .orElseThrow(() ->
            GuestException.setup(
                "apt has no Debian mirror; set JLAND_MIRROR to the address of one"));
  }
}
