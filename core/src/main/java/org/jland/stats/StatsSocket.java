// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jland.os.TrustedPath;

/**
 * The file of a listening unix socket: made without following a symbolic link, readable by its
 * owner only from its first moment, taken away at the end. One owner.
 */
final class StatsSocket implements AutoCloseable {

  /** Room for the path in {@code sockaddr_un}, less its final 0. */
  private static final int MAX_PATH_BYTES = 107;

  private final Path path;
  private final ServerSocketChannel channel;
  private final Object fileKey;

  private StatsSocket(Path path, ServerSocketChannel channel, Object fileKey) {
    this.path = path;
    this.channel = channel;
    this.fileKey = fileKey;
  }

  /**
   * Makes the socket. That of a dead server is replaced; a living one is left alone.
   *
   * @param path where; folders that do not exist are made
   * @throws StatsException in one line, with the fix
   */
  static StatsSocket bind(Path path) {
    Path socket = path.toAbsolutePath();
    Path folder = socket.getParent();
    if (folder == null) {
      throw refusal(socket, "that is no file; name one in a folder", null);
    }
    // Our private folder is next to it: ".stats" and up to 20 digits, then "/s".
    int bytes = folder.toString().getBytes(StandardCharsets.UTF_8).length + 30;
    if (Math.max(bytes, socket.toString().length()) > MAX_PATH_BYTES) {
      throw refusal(socket, "the path is too long for a unix socket; name a shorter one", null);
    }
    try {
      makeFolder(folder);
      refuseIfTaken(socket);
      return bindPrivately(socket, folder);
    } catch (IOException e) {
      throw refusal(
          socket,
          reason(e) + "; make " + folder + " a writable folder or name another --stats-socket",
          e);
    }
  }

  private static void makeFolder(Path folder) throws IOException {
    if (Files.isSymbolicLink(folder)) {
      throw refusal(folder, "is a symbolic link, which is not followed; remove it", null);
    }
    try {
      TrustedPath.requireFolder(folder);
    } catch (TrustedPath.Untrusted e) {
      throw refusal(folder, e.getMessage() + "; or name another --stats-socket", e);
    }
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
  }

  private static void refuseIfTaken(Path socket) throws IOException {
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return;
    }
    if (found.isSymbolicLink()) {
      throw refusal(socket, "is a symbolic link, which is not followed; remove it", null);
    }
    if (!found.isOther()) {
      throw refusal(socket, "is no socket; remove it", null);
    }
    if (isAnswered(socket)) {
      throw refusal(socket, "another scheduler answers there; stop it first", null);
    }
  }

  /** Whether a server listens: only a refused connection says for sure that there is none. */
  private static boolean isAnswered(Path socket) throws IOException {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false);
      probe.connect(UnixDomainSocketAddress.of(socket));
      return true;
    } catch (ConnectException e) {
      return false;
    }
  }

  /**
   * Binds in a folder that only we can enter, sets the mode, then moves the socket into place:
   * there is no moment at which somebody else could connect, and a stale socket is replaced
   * atomically.
   */
  private static StatsSocket bindPrivately(Path socket, Path folder) throws IOException {
    Path hidden = Files.createTempDirectory(folder, ".stats");
    Path first = hidden.resolve("s");
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(first));
      Files.setPosixFilePermissions(first, PosixFilePermissions.fromString("rw-------"));
      Object key = fileKey(first);
      Files.move(first, socket, StandardCopyOption.ATOMIC_MOVE);
      return new StatsSocket(socket, channel, key);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    } finally {
      Files.deleteIfExists(first);
      Files.deleteIfExists(hidden);
    }
  }

  private static Object fileKey(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private static StatsException refusal(Path path, String problem, IOException cause) {
    return new StatsException("stats socket " + path + ": " + problem, cause);
  }

  /** Says why a file operation failed, without the path that the message has already. */
  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case NotDirectoryException notDirectory -> "a file stands where a folder should be";
      case FileAlreadyExistsException exists -> "a file stands where a folder should be";
      case FileSystemException system when system.getReason() != null -> system.getReason();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }

  ServerSocketChannel channel() {
    return channel;
  }

  Path path() {
    return path;
  }

  /** Stops listening and removes the file, unless it is somebody else's by now. */
  @Override
  public void close() {
    try {
      channel.close();
      if (fileKey.equals(fileKey(path))) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // It is gone already, or its folder is: nothing is left to remove.
    }
  }
}
