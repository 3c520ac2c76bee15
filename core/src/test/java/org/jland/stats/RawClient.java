// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Sends lines and reads lines, as a client in another language would. */
final class RawClient implements AutoCloseable {

  private final SocketChannel channel;
  private final OutputStream out;
  private final BufferedReader in;

  RawClient(Path path) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(path));
    out = Channels.newOutputStream(channel);
    in =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
  }

  /** Sends a line; returns the reply. */
  String ask(String line) throws IOException {
    send(line + "\n");
    return reply();
  }

  String reply() throws IOException {
    return in.readLine();
  }

  void send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  void endOfInput() throws IOException {
    channel.shutdownOutput();
  }

  SocketChannel channel() {
    return channel;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
