// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/** The terminal this JVM was started from. */
final class Terminal {
  private static final String DEFAULT = "rows 24 cols 80";

  private Terminal() {}

  /** Arguments that make stty give another terminal this one's size; 24 by 80 if it has none. */
  static String sttyArguments() throws IOException {
    Process stty =
        new ProcessBuilder(HostTool.STTY.require(), "size")
            .redirectInput(Redirect.INHERIT)
            .redirectError(Redirect.DISCARD)
            .start();
    String size =
        new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    if (!size.matches("[1-9][0-9]* [1-9][0-9]*")) {
      return DEFAULT;
    }
    String[] parts = size.split(" ");
    return "rows " + parts[0] + " cols " + parts[1];
  }
}
