// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jland.bench.run.LoadPrograms;

/**
 * The programs that run beside a scheduler, as sources: a guest compiles them itself. Also used by
 * the tests that run inside a guest.
 */
public final class GuestPrograms {
  private static final List<String> OWN = List.of("demo.sh", "statsdelta.c");
  private static final List<String> LOADS = List.of("compileload.sh", "frameloop.c");

  private GuestPrograms() {}

  /**
   * Writes all of them to a directory.
   *
   * @param directory made if need be
   * @return the directory
   * @throws IOException if it can't be written
   */
  public static Path extract(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String name : OWN) {
      try (InputStream in = GuestPrograms.class.getResourceAsStream("guest/" + name)) {
        Files.write(directory.resolve(name), in.readAllBytes());
      }
    }
    for (String name : LOADS) {
      LoadPrograms.extract(name, directory);
    }
    return directory;
  }
}
