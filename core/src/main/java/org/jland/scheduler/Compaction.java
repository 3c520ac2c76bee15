// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Keeps the kernel's memory compaction away from locked pages while a scheduler runs: a page that
 * is being moved is a page fault for whoever touches it. Restores the setting when closed. A run
 * that is killed can't: it leaves a memo of the setting, and the next run restores that.
 */
final class Compaction implements AutoCloseable {

  private static final Path SETTING = Path.of("/proc/sys/vm/compact_unevictable_allowed");
  private static final Path MEMO = Path.of("/run/jland/compact_unevictable_allowed");
  private static final String OFF = "0";
  private static final String ON = "1";

  private final Path setting;
  private final Path memo;
  private boolean restore;

  private Compaction(Path setting, Path memo, boolean restore) {
    this.setting = setting;
    this.memo = memo;
    this.restore = restore;
  }

  /** Turns it off; warns on standard error if that is not possible. */
  static Compaction excludeLockedPages() {
    return excludeLockedPages(SETTING, MEMO);
  }

  static Compaction excludeLockedPages(Path setting, Path memo) {
    try {
      boolean on = Files.readString(setting).strip().equals(ON);
      if (on) {
        Files.createDirectories(
            memo.getParent(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(memo, ON);
        Files.writeString(setting, OFF);
      }
      return new Compaction(
          setting, memo, on || Files.isRegularFile(memo, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      System.err.println(
          "warning: can't set vm.compact_unevictable_allowed=0 ("
              + e.getMessage()
              + "): compaction may cause page faults");
      return new Compaction(setting, memo, false);
    }
  }

  /** Restores it, once. Any thread. */
  @Override
  public synchronized void close() {
    if (!restore) {
      return;
    }
    restore = false;
    try {
      Files.writeString(setting, ON);
      Files.deleteIfExists(memo);
    } catch (IOException e) {
      System.err.println(
          "warning: can't restore vm.compact_unevictable_allowed=1: " + e.getMessage());
    }
  }
}
