// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link ThreadFaults}. */
class ThreadFaultsTest {
  @TempDir Path folder;

  @Test
  void minorAndMajorFaultsCountFromTheStartToFreeze() throws IOException {
    Path stat = folder.resolve("stat");
    write(stat, 100, 10);
    ThreadFaults faults = new ThreadFaults(stat);
    faults.countFrom(110);
    assertEquals(0, faults.count());

    write(stat, 103, 14);
    assertEquals(7, faults.count());

    faults.freeze();
    write(stat, 200, 20);
    assertEquals(7, faults.count());
  }

  /** The name may hold blanks and brackets. */
  private static void write(Path stat, int minor, int major) throws IOException {
    Files.writeString(
        stat, "7 (a ) b) R 1 1 1 0 -1 64 " + minor + " 0 " + major + " 0 5 6 0 0 20 0 1 0 99\n");
  }
}
