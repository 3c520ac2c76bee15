// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** jland as a guest has it. */
final class InstalledPackage {
  /** As a user gets it. */
  static final Path HOME = Path.of("/opt/jland");

  private static final Path QUICK = Path.of("/tmp/jland-quick");

  private InstalledPackage() {}

  /**
   * A copy whose JVM has only the first of its two compilers. An emulated machine attaches it in a
   * third of the time; what it does is the same. For tests of what it does, not of how fast.
   */
  static synchronized Path quick() {
    if (!Files.exists(QUICK)) {
      try (Stream<Path> files = Files.walk(HOME)) {
        for (Path file : files.toList()) {
          Path copy = QUICK.resolve(HOME.relativize(file).toString());
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.write(
            QUICK.resolve("lib/jvm.options"),
            List.of("-XX:+TieredCompilation", "-XX:TieredStopAtLevel=1"),
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return QUICK;
  }
}
