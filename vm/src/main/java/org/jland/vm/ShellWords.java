// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.util.List;
import java.util.stream.Collectors;

/** Words for a POSIX shell, so that each arrives as it is, whatever is in it. */
final class ShellWords {
  private ShellWords() {}

  /** A script that becomes the command {@code words}. */
  static String script(List<String> words) {
    return "#!/bin/sh\nexec " + join(words) + "\n";
  }

  /** The words, each quoted, with blanks between. */
  static String join(List<String> words) {
    return words.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
