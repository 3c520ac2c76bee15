// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The host's end of one channel out of a guest: copies what comes to a stream, as it comes.
 *
 * <p>Owns one thread, the only one that writes to the stream; it ends when the emulator does.
 */
final class GuestChannel implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Thread reader;
  private volatile SocketChannel peer;
  private volatile Exception failure;

  /** Listens on {@code socket}; the emulator connects as it starts. */
  GuestChannel(Path socket, OutputStream to) throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    reader =
        Thread.ofPlatform().daemon().name("guest-" + socket.getFileName()).start(() -> copy(to));
  }

  /** Sends an answer to what came. Only what receives the guest's output may call it. */
  void send(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      peer.write(bytes);
    }
  }

  /** After the emulator has ended: waits until everything that came is written. */
  void drain() throws IOException, InterruptedException {
    close(); // an emulator that never connected leaves the reader waiting
    reader.join();
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void copy(OutputStream to) {
    try (SocketChannel channel = server.accept();
        InputStream in = Channels.newInputStream(channel)) {
      peer = channel;
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (failure == null) {
          pass(buffer, n, to);
        } // else read on: a guest that nobody listens to would stand still
      }
    } catch (ClosedChannelException e) {
      // Nobody connected, and nobody will.
    } catch (IOException e) {
      failure = e;
    }
  }

  private void pass(byte[] buffer, int length, OutputStream to) {
    try {
      to.write(buffer, 0, length);
      to.flush();
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
  }
}
