// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps the kernel's memory compaction away from locked pages while a scheduler runs: a page that
 * is being moved is a page fault for whoever touches it. Restores the setting when closed.
 */
final class Compaction implements AutoCloseable {

  private static final Path SETTING = Path.of("/proc/sys/vm/compact_unevictable_allowed");
  private static final String OFF = "0";

  private final Path setting;
  private final String before;

  private Compaction(Path setting, String before) {
    this.setting = setting;
    this.before = before;
  }

  /** Turns it off; warns on standard error if that is not possible. */
  static Compaction excludeLockedPages() {
    return excludeLockedPages(SETTING);
  }

  static Compaction excludeLockedPages(Path setting) {
    try {
      String before = Files.readString(setting).strip();
      if (!before.equals(OFF)) {
        Files.writeString(setting, OFF);
      }
      return new Compaction(setting, before);
    } catch (IOException e) {
      System.err.println(
          "warning: can't set vm.compact_unevictable_allowed=0 ("
              + e.getMessage()
              + "): compaction may cause page faults");
      return new Compaction(setting, OFF);
    }
  }

  @Override
  public void close() {
    if (before.equals(OFF)) {
      return;
    }
    try {
      Files.writeString(setting, before);
    } catch (IOException e) {
      System.err.println(
          "warning: can't restore vm.compact_unevictable_allowed="
              + before
              + ": "
              + e.getMessage());
    }
  }
}
