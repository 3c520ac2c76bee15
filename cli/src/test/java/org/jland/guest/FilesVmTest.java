// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jland.os.TrustedPath;
import org.jland.trace.TraceFile;
import org.jland.trace.model.TraceException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Root's files where another user has been before. */
@Tag("newest")
class FilesVmTest {
  private static final String STRANGER = "1000";

  @RegisterExtension final Guest guest = new Guest();
  @TempDir Path dir;

  private void giveAway(Path path) throws IOException {
    guest.run("chown", "-h", STRANGER, path.toString());
  }

  @Test
  void filesOfASchedulerAreRootsOnly() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland");

    assertEquals("rw-------", mode(Scheduler.SOCKET));
    assertEquals("rwxr-xr-x", mode(Scheduler.SOCKET.getParent()));
    assertEquals("rwx------", mode(Path.of("/run/jland")));
    assertEquals("rw-------", mode(Path.of("/run/jland/compact_unevictable_allowed")));
    assertEquals(0, Files.getAttribute(Scheduler.SOCKET, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    scheduler.stop();
  }

  @Test
  void folderOfAnotherUserGetsNoSocket() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("theirs"));
    giveAway(folder);

    String line = refusal(folder.resolve("deep/stats"));

    assertTrue(line.contains(folder + " belongs to user " + STRANGER), line);
    assertFalse(Files.exists(folder.resolve("deep")));
  }

  @Test
  void linkOfAnotherUserToAFolderIsNotFollowed() throws IOException {
    Path precious = Files.createDirectory(dir.resolve("precious"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), precious);
    giveAway(link);

    String line = refusal(link.resolve("deep/stats"));

    assertTrue(line.contains(link + " belongs to user " + STRANGER), line);
    try (var entries = Files.list(precious)) {
      assertEquals(0, entries.count());
    }
  }

  @Test
  void memoInAFolderOfAnotherUserIsNotWrittenAndTheSettingStays() throws IOException {
    Path folder = Path.of("/run/jland");
    Files.deleteIfExists(folder);
    Files.createDirectory(folder);
    giveAway(folder);
    try {
      Scheduler scheduler = guest.attach("scx_jland");
      String setting = Files.readString(Path.of("/proc/sys/vm/compact_unevictable_allowed"));
      scheduler.stop();

      assertEquals("1", setting.strip());
      assertTrue(
          scheduler.output().contains("(/run/jland belongs to user " + STRANGER),
          scheduler::output);
    } finally {
      Files.delete(folder);
    }
  }

  @Test
  void traceIsNotWrittenThroughALinkOfAnotherUser() throws IOException {
    Path precious = Files.writeString(dir.resolve("passwd"), "text");
    Path link = Files.createSymbolicLink(dir.resolve("a.pftrace"), precious);
    giveAway(link);

    TraceException e = assertThrows(TraceException.class, () -> TraceFile.requireWritable(link));
    assertTrue(e.getMessage().contains("symbolic link of user " + STRANGER), e.getMessage());
    assertThrows(TrustedPath.Untrusted.class, () -> TrustedPath.create(link).close());
    assertEquals("text", Files.readString(precious));
  }

  private String refusal(Path socket) throws IOException {
    Scheduler scheduler =
        guest.startScheduler("scx_jland", Map.of(), "--stats-socket", socket.toString());
    assertEquals(1, scheduler.awaitEnd(), scheduler::output);
    assertEquals(1, scheduler.output().lines().count(), scheduler::output);
    assertEquals("disabled", Guest.state());
    return scheduler.output();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
  }
}
