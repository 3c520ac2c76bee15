// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jland.os.TrustedPath;

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
        remember(memo);
        Files.writeString(setting, OFF);
      }
      return new Compaction(
          setting, memo, on || Files.isRegularFile(memo, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      System.err.println(
          "warning: can't set vm.compact_unevictable_allowed=0 ("
              + reason(e)
              + "): compaction may cause page faults");
      return new Compaction(setting, memo, false);
    }
  }

  /** As root, in a folder that nobody else can turn elsewhere. */
  private static void remember(Path memo) throws IOException {
    TrustedPath.requireFolder(memo.getParent());
    Files.createDirectories(
        memo.getParent(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Set<OpenOption> options =
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            memo,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(ByteBuffer.wrap(ON.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  /** Java's message for a file that can't be written is its path, and no more. */
  private static String reason(IOException e) {
    return e instanceof AccessDeniedException ? e.getMessage() + ": only root can" : e.getMessage();
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
