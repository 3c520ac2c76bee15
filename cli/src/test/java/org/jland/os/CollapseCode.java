// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Another program of the same JVM, for whose sake the kernel puts its code into huge pages. */
public final class CollapseCode {

  private CollapseCode() {}

  /** Does it at once, and prints how many KiB of files are mapped by huge pages then. */
  public static void main(String[] args) throws IOException {
    Libc.prctl("prctl(PR_SET_THP_DISABLE)", Libc.PR_SET_THP_DISABLE, 0); // it is inherited
    LockedMemory.collapseCode();
    long kib =
        Files.readAllLines(Path.of("/proc/self/smaps")).stream()
            .filter(line -> line.startsWith("FilePmdMapped:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum();
    System.out.println(kib);
  }
}
