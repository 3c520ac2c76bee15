// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsSocketTest {

  @TempDir Path dir;

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static String refusal(Path path) {
    String message = assertThrows(StatsException.class, () -> StatsServer.bind(path)).getMessage();
    assertEquals(1, message.lines().count());
    assertTrue(message.startsWith("stats socket "), message);
    return message;
  }

  private int entries(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return (int) list.count();
    }
  }

  @Test
  void theSocketIsItsOwnersOnlyAndItsFolderIsMade() throws IOException {
    Path path = dir.resolve("scx/root/stats");
    try (StatsServer server = StatsServer.bind(path)) {
      assertEquals("rw-------", mode(server.path()));
      assertEquals("rwxr-xr-x", mode(path.getParent()));
      assertEquals(1, entries(path.getParent()));
    }
  }

  @Test
  void nothingIsLeftAtTheEnd() throws IOException {
    Path path = dir.resolve("stats");
    StatsServer server = StatsServer.bind(path);
    server.close();
    server.close();
    assertEquals(0, entries(dir));
  }

  @Test
  void theSocketOfADeadServerIsReplaced() throws IOException {
    Path path = dir.resolve("stats");
    ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    dead.bind(UnixDomainSocketAddress.of(path));
    dead.close();
    assertTrue(Files.exists(path));

    try (StatsServer server = StatsServer.bind(path)) {
      server.start(into -> {});
      try (RawClient client = new RawClient(path)) {
        assertTrue(client.ask("{\"req\":\"stats\"}").startsWith("{\"errno\":0"));
      }
    }
  }

  @Test
  void aLivingServerIsLeftAlone() throws IOException {
    Path path = dir.resolve("stats");
    try (StatsServer first = StatsServer.bind(path)) {
      assertTrue(refusal(path).contains("another scheduler answers there; stop it first"));
      first.start(into -> {});
      try (RawClient client = new RawClient(path)) {
        assertTrue(client.ask("{\"req\":\"stats\"}").startsWith("{\"errno\":0"));
      }
      assertEquals(1, entries(dir));
    }
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws IOException {
    Path target = Files.writeString(dir.resolve("precious"), "text");
    Path path = Files.createSymbolicLink(dir.resolve("stats"), target);

    assertTrue(refusal(path).contains("symbolic link"));

    assertEquals("text", Files.readString(target));
    assertTrue(Files.isSymbolicLink(path));
  }

  @Test
  void aFolderThatIsASymbolicLinkIsNotFollowed() throws IOException {
    Path real = Files.createDirectory(dir.resolve("real"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), real);

    assertTrue(refusal(link.resolve("stats")).contains("symbolic link"));
    assertEquals(0, entries(real));
  }

  @Test
  void aFolderThatOthersMayWriteToIsRefusedWithTheFix() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("open"));
    for (String mode : new String[] {"rwxrwx---", "rwxr-x-w-"}) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
      for (Path path : new Path[] {folder.resolve("stats"), folder.resolve("new/stats")}) {
        String message = refusal(path);
        assertTrue(message.contains("type chmod go-w " + folder), message);
        assertTrue(message.contains("--stats-socket"), message);
        assertEquals(0, entries(folder));
      }
    }
  }

  @Test
  void aFileInThePlaceOfTheSocketStays() throws IOException {
    Path path = Files.writeString(dir.resolve("stats"), "text");
    assertTrue(refusal(path).contains("is no socket; remove it"));
    assertEquals("text", Files.readString(path));
  }

  @Test
  void aFileInThePlaceOfAFolderIsNamedWithTheFix() throws IOException {
    Files.writeString(dir.resolve("root"), "text");
    String message = refusal(dir.resolve("root/stats"));
    assertTrue(message.contains("a file stands where a folder should be; make "), message);
    assertTrue(message.contains("--stats-socket"), message);
  }

  @Test
  void theRootIsNoSocket() {
    StatsException refusal =
        assertThrows(StatsException.class, () -> StatsSocket.bind(Path.of("/")));
    assertTrue(refusal.getMessage().contains("name one in a folder"), refusal.getMessage());
  }

  @Test
  void aFolderThatCannotBeMadeIsNamedWithTheFix() {
    // Nobody can make a file there, root neither.
    String message = refusal(Path.of("/proc/jland/stats"));
    assertTrue(message.contains("--stats-socket"), message);
  }

  @Test
  void aPathTooLongForASocketIsRefused() {
    assertTrue(refusal(dir.resolve("x".repeat(100))).contains("too long"));
  }

  @Test
  void aSocketThatIsSomebodyElsesByNowStays() throws IOException {
    Path path = dir.resolve("stats");
    StatsServer server = StatsServer.bind(path);
    Files.delete(path);
    try (StatsServer next = StatsServer.bind(path)) {
      server.close();
      assertTrue(Files.exists(next.path(), LinkOption.NOFOLLOW_LINKS));
    }
    assertFalse(Files.exists(path, LinkOption.NOFOLLOW_LINKS));
  }
}
