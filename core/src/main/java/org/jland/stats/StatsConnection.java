// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jland.os.Errno;

/**
 * One client: its unfinished line, its unsent reply and its baseline. Non-blocking, stats thread
 * only. While a reply is unsent nothing more is read, so a client that does not read costs one
 * reply of memory and no time.
 */
final class StatsConnection {

  private final SocketChannel channel;
  private final MetricsSource source;
  private final ByteBuffer input = ByteBuffer.allocate(StatsProtocol.MAX_LINE);
  private ByteBuffer output = ByteBuffer.allocate(0);
  private Metrics baseline;
  private int scanned;
  private boolean skipping;
  private boolean ended;

  StatsConnection(SocketChannel channel, MetricsSource source) {
    this.channel = channel;
    this.source = source;
  }

  /**
   * Does what can be done without waiting.
   *
   * @return the operation to wait for, 0 when the connection is finished
   */
  int proceed() throws IOException {
    while (true) {
      if (output.hasRemaining()) {
        channel.write(output);
        if (output.hasRemaining()) {
          return SelectionKey.OP_WRITE;
        }
      }
      byte[] reply = nextReply();
      if (reply != null) {
        output = ByteBuffer.wrap(reply);
      } else if (ended) {
        return 0;
      } else {
        int read = channel.read(input);
        ended = read < 0;
        if (read == 0) {
          return SelectionKey.OP_READ;
        }
      }
    }
  }

  /** Answers the next line of the input; null if it holds no complete one. */
  private byte[] nextReply() {
    byte[] bytes = input.array();
    while (scanned < input.position()) {
      if (bytes[scanned++] == '\n') {
        byte[] reply = skipping ? null : answer(bytes, scanned - 1);
        skipping = false;
        consume(scanned);
        if (reply != null) {
          return reply;
        }
      }
    }
    if (scanned == bytes.length || (ended && scanned > 0)) {
      boolean full = !ended;
      byte[] reply =
          skipping
              ? null
              : full
                  ? StatsProtocol.error(
                      Errno.EINVAL, "a request has at most " + bytes.length + " bytes")
                  : answer(bytes, scanned);
      skipping = full;
      consume(scanned);
      return reply;
    }
    return null;
  }

  private void consume(int bytes) {
    input.flip().position(bytes);
    input.compact();
    scanned = 0;
  }

  private byte[] answer(byte[] line, int length) {
    try {
      StatsProtocol.Request request = StatsProtocol.parse(line, length);
      return switch (request.req()) {
        case "stats" -> stats(request.target());
        case "stats_meta" -> StatsProtocol.success(StatsProtocol.meta());
        default ->
            StatsProtocol.error(
                Errno.EINVAL, "unknown request: " + StatsProtocol.shorten(request.req()));
      };
    } catch (StatsProtocol.BadRequest e) {
      return StatsProtocol.error(Errno.EINVAL, e.getMessage());
    }
  }

  private byte[] stats(String target) {
    if (!target.equals("top")) {
      return StatsProtocol.error(
          Errno.EINVAL, "unknown target: " + StatsProtocol.shorten(target) + "; there is \"top\"");
    }
    Metrics now = Metrics.of(source);
    Metrics delta = now.since(baseline == null ? now : baseline);
    baseline = now;
    return StatsProtocol.success(StatsProtocol.metrics(delta));
  }

  SocketChannel channel() {
    return channel;
  }
}
