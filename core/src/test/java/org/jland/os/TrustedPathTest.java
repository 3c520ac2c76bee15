// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What takes another owner is FilesVmTest's business, which is root. */
class TrustedPathTest {
  @TempDir Path dir;

  private Path folder(String name, String mode) throws IOException {
    Path folder = Files.createDirectories(dir.resolve(name));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    return folder;
  }

  private static String refusal(Path folder) {
    return assertThrows(TrustedPath.Untrusted.class, () -> TrustedPath.requireFolder(folder))
        .getMessage();
  }

  @Test
  void foldersOfOursAndOnesThatAreNotThereYetAreTrusted() throws IOException {
    TrustedPath.requireFolder(folder("a/b", "rwxr-xr-x"));
    TrustedPath.requireFolder(dir.resolve("a/new/newer"));
    TrustedPath.requireFolder(Path.of("/var/run"));
    TrustedPath.requireFolder(Path.of("/"));
  }

  @Test
  void oneFolderThatOthersMayWriteToSpoilsAllBelowIt() throws IOException {
    Path open = folder("open", "rwxrwxr-x");
    folder("open/shut", "rwx------");

    assertEquals(
        open + " can be written to by others: type chmod go-w " + open,
        refusal(open.resolve("shut")));
    assertTrue(refusal(open.resolve("new")).startsWith(open + " "));
  }

  @Test
  void linksOfOursLeadToWhatIsLookedAtInstead() throws IOException {
    Path open = folder("open", "rwxrwxrwx");
    Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("open"));

    assertTrue(refusal(link).startsWith(open + " "));
    assertTrue(refusal(link.resolve("new")).startsWith(open + " "));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx------"));
    TrustedPath.requireFolder(link.resolve("new"));
  }

  @Test
  void linksInACircleAreRefused() throws IOException {
    Files.createSymbolicLink(dir.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(dir.resolve("b"), Path.of("a"));

    assertTrue(refusal(dir.resolve("a/c")).contains("in a circle"));
  }

  @Test
  void aFileIsWrittenAnewOrKeptAndOurOwnLinkIsFollowed() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "long text");
    Path link = Files.createSymbolicLink(dir.resolve("link"), file);

    try (OutputStream out = TrustedPath.create(link)) {
      out.write('a');
    }
    try (OutputStream out = TrustedPath.append(file)) {
      out.write('b');
    }

    assertEquals("ab", Files.readString(file));
    assertTrue(Files.isSymbolicLink(link));
  }
}
