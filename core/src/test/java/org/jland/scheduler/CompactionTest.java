// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link Compaction}. */
class CompactionTest {
  @TempDir Path folder;
  private Path setting;
  private Path memo;

  @BeforeEach
  void defaultSetting() throws IOException {
    setting = folder.resolve("setting");
    memo = folder.resolve("run/memo");
    Files.writeString(setting, "1\n");
  }

  @Test
  void settingIsOffWhileOpenAndRestoredAfterwards() throws IOException {
    try (Compaction _ = Compaction.excludeLockedPages(setting, memo)) {
      assertEquals("0", Files.readString(setting));
    }
    assertEquals("1", Files.readString(setting));
    assertFalse(Files.exists(memo));
  }

  @Test
  void memoIsOursOnly() throws IOException {
    try (Compaction _ = Compaction.excludeLockedPages(setting, memo)) {
      assertEquals("rw-------", mode(memo));
      assertEquals("rwx------", mode(memo.getParent()));
    }
  }

  @Test
  void linkInThePlaceOfTheMemoIsNotFollowedAndTheSettingStays() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "text");
    Files.createDirectory(memo.getParent());
    Files.createSymbolicLink(memo, precious);

    Compaction.excludeLockedPages(setting, memo).close();

    assertEquals("text", Files.readString(precious));
    assertEquals("1\n", Files.readString(setting));
  }

  @Test
  void folderThatOthersMayWriteToGetsNoMemoAndTheSettingStays() throws IOException {
    Files.createDirectory(memo.getParent());
    Files.setPosixFilePermissions(memo.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));

    Compaction.excludeLockedPages(setting, memo).close();

    assertFalse(Files.exists(memo));
    assertEquals("1\n", Files.readString(setting));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void settingThatAKilledRunLeftIsRestoredByTheNext() throws IOException {
    Compaction.excludeLockedPages(setting, memo); // and is killed

    Compaction.excludeLockedPages(setting, memo).close();

    assertEquals("1", Files.readString(setting));
    assertFalse(Files.exists(memo));
  }

  @Test
  void settingThatTheAdministratorTurnedOffStaysOff() throws IOException {
    Files.writeString(setting, "0\n");

    Compaction.excludeLockedPages(setting, memo).close();

    assertEquals("0\n", Files.readString(setting));
  }
}
