// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs in C that only tests need; a guest compiles them itself, once in a boot. */
final class CPrograms {
  private static final Path FOLDER = Path.of("/tmp/jland-c");

  private CPrograms() {}

  /** The path of a program whose source stands beside this class's tests. */
  static String build(Guest guest, String name) throws IOException {
    Path program = FOLDER.resolve(name);
    if (!Files.exists(program)) {
      Files.createDirectories(FOLDER);
      Path source = FOLDER.resolve(name + ".c");
      try (InputStream in = CPrograms.class.getResourceAsStream(name + ".c")) {
        Files.write(source, in.readAllBytes());
      }
      guest.run("gcc", "-O2", "-pthread", "-o", program.toString(), source.toString());
    }
    return program.toString();
  }
}
