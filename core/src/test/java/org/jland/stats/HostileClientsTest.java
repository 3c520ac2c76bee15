// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lines at random, towards the server and towards its clients. -Djland.fuzz.seed=N repeats a run;
 * failures name it.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostileClientsTest {
  private static final long SEED = Long.getLong("jland.fuzz.seed", System.nanoTime());
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "1e999",
    "-0",
    "\"req\":",
    "\"stats\"",
    "\"stats_meta\"",
    "\"args\":",
    "\"target\":",
    "\"top\"",
    "{}",
    "\"errno\":",
    "\"resp\":",
    "\"nr_queued\":",
    "99999999999999999999999999",
    "0",
    "\t",
    " ",
  };

  private final SplittableRandom random = new SplittableRandom(SEED);
  @TempDir Path dir;

  /** A mutation of a good line, a pile of pieces, or bytes. */
  private byte[] line(byte[] good) {
    switch (random.nextInt(3)) {
      case 0 -> {
        byte[] bytes = good.clone();
        for (int n = random.nextInt(1, 8); n > 0; n--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
      }
      case 1 -> {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "{" : "");
        for (int n = random.nextInt(40); n > 0; n--) {
          text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
      }
      default -> {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
      }
    }
  }

  @Test
  void aLineIsARequestOrABadRequest() {
    byte[] good = StatsProtocol.request("stats", "top");
    int requests = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] line = line(good);
      try {
        StatsProtocol.parse(line, line.length);
        requests++;
      } catch (StatsProtocol.BadRequest e) {
        assertTrue(e.getMessage().length() < 200, e.getMessage());
      } catch (RuntimeException | Error e) {
        fail(told(line), e);
      }
    }
    assertTrue(requests > 0);
  }

  @Test
  void aReplyIsMetricsOrOneOfTwoErrors() {
    byte[] good =
        StatsProtocol.success(StatsProtocol.metrics(Metrics.of(new long[Metric.count()])));
    for (int i = 0; i < 50_000; i++) {
      byte[] line = line(good);
      try {
        StatsProtocol.parseMetrics(line, line.length);
      } catch (IOException | StatsException e) {
        // What callers expect.
      } catch (RuntimeException | Error e) {
        fail(told(line), e);
      }
    }
  }

  @Test
  void theServerAnswersOthersWhileAndAfterItIsFedRubbish() throws IOException {
    byte[] good = StatsProtocol.request("stats", "top");
    try (StatsServer server = StatsServer.bind(dir.resolve("stats"))) {
      server.start(into -> {});
      for (int client = 0; client < 300; client++) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
          channel.connect(UnixDomainSocketAddress.of(server.path()));
          channel.configureBlocking(false); // it never reads
          for (int n = random.nextInt(30); n > 0; n--) {
            channel.write(ByteBuffer.wrap(line(good)));
            if (random.nextInt(3) == 0) {
              channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
          }
        } catch (IOException e) {
          // The server has sent it away.
        }
      }
      try (RawClient honest = new RawClient(server.path())) {
        String reply = honest.ask("{\"req\":\"stats\"}");
        assertTrue(reply.startsWith("{\"errno\":0"), () -> reply + " with seed " + SEED);
      }
    }
  }

  private static String told(byte[] line) {
    return "seed " + SEED + ": " + new String(line, StandardCharsets.ISO_8859_1);
  }
}
