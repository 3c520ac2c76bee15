// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code jcmd} does, without the seconds that a JVM more takes to start here: asks the JVM by
 * a file and SIGQUIT for a socket, and tells it a command there.
 */
final class JvmCommands {
  private static final String VERSION = "1";
  private static final int ARGUMENTS = 3;

  private final long pid;
  private final Path socket;

  private JvmCommands(long pid, Path socket) {
    this.pid = pid;
    this.socket = socket;
  }

  /** Makes the JVM listen. */
  static JvmCommands of(Program jvm) throws IOException {
    Path socket = Path.of("/tmp/.java_pid" + jvm.pid());
    Path wish = Path.of("/tmp/.attach_pid" + jvm.pid());
    Files.createFile(wish);
    try {
      jvm.signal("QUIT");
      assertTrue(Wait.until(Guest.PATIENCE, () -> Files.exists(socket)), "the JVM does not listen");
    } finally {
      Files.deleteIfExists(wish);
    }
    return new JvmCommands(jvm.pid(), socket);
  }

  /** Runs a command of {@code jcmd}, and returns what it says after its status, which must be 0. */
  String run(String command) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      StringBuilder request = new StringBuilder();
      request.append(VERSION).append('\0').append("jcmd").append('\0').append(command);
      request.repeat('\0', ARGUMENTS);
      Channels.newOutputStream(channel).write(request.toString().getBytes(StandardCharsets.UTF_8));
      String answer =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("0\n"), () -> pid + ": " + command + ": " + answer);
      return answer.substring(2);
    }
  }
}
