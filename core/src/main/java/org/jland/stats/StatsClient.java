// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A connection to a scheduler's stats socket; also to one that is not jland's, whose unknown
 * metrics are left out. Blocks; an interrupt closes it. One owner thread.
 */
public final class StatsClient implements AutoCloseable {

  private static final int MAX_REPLY = 1 << 20;

  private final SocketChannel channel;
  private ByteBuffer input = ByteBuffer.allocate(8 * 1024);

  private StatsClient(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * Connects.
   *
   * @param path of the socket
   * @return the connection; empty if no server is there (now)
   * @throws StatsException if waiting will not help; one line with the fix
   */
  public static Optional<StatsClient> connect(Path path) {
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(path));
      return Optional.of(new StatsClient(channel));
    } catch (ConnectException e) {
      closeQuietly(channel);
      return Optional.empty();
    } catch (IOException e) {
      closeQuietly(channel);
      if (Files.notExists(path)) {
        return Optional.empty();
      }
      throw new StatsException("stats socket " + path + ": " + e.getMessage() + "; run as root", e);
    }
  }

  /**
   * Asks for metrics.
   *
   * @return gauges as they are, counters since this connection asked before
   * @throws IOException if the server is gone
   * @throws StatsException if it refuses
   */
  public Metrics stats() throws IOException {
    ByteBuffer request = ByteBuffer.wrap(StatsProtocol.request("stats", "top"));
    while (request.hasRemaining()) {
      channel.write(request);
    }
    int end = readLine();
    try {
      return StatsProtocol.parseMetrics(input.array(), end);
    } finally {
      input.flip().position(end + 1);
      input.compact();
    }
  }

  /** Reads until the buffer holds a line; returns its length. */
  private int readLine() throws IOException {
    int scanned = 0;
    while (true) {
      for (; scanned < input.position(); scanned++) {
        if (input.get(scanned) == '\n') {
          return scanned;
        }
      }
      if (!input.hasRemaining()) {
        if (input.capacity() >= MAX_REPLY) {
          throw new IOException("the reply has no end");
        }
        int position = input.position();
        input = ByteBuffer.wrap(Arrays.copyOf(input.array(), 2 * input.capacity()));
        input.position(position);
      }
      if (channel.read(input) < 0) {
        throw new EOFException("the scheduler closed the connection");
      }
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Never connected: nothing is lost.
      }
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }
}
