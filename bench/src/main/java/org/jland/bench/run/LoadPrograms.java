// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The suite's own programs, as sources: the machine that is measured compiles them itself. */
public final class LoadPrograms {

  private LoadPrograms() {}

  /**
   * Writes one of them.
   *
   * @param name for example {@code frameloop.c}
   * @param folder exists
   * @return the file
   * @throws IOException if it can't be written
   */
  public static Path extract(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in =
        LoadPrograms.class.getResourceAsStream("/org/jland/bench/programs/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no program " + name);
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}
