// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class StatsServerTest {

  private static final String STATS = "{\"req\":\"stats\"}";

  @TempDir Path dir;
  private Path path;
  private final AtomicLong dispatched = new AtomicLong(1000);
  private final AtomicLong running = new AtomicLong(3);
  private StatsServer server;

  @BeforeEach
  void serve() {
    path = dir.resolve("root/stats");
    server = StatsServer.bind(path);
    server.start(into -> {
      into[Metric.NR_USER_DISPATCHES.ordinal()] = dispatched.get();
      into[Metric.NR_RUNNING.ordinal()] = running.get();
      into[Metric.NR_QUEUED.ordinal()] = -1;
    });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static long field(String reply, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":(-?\\d+)").matcher(reply);
    assertTrue(matcher.find(), reply);
    return Long.parseLong(matcher.group(1));
  }

  @Test
  void countersAreWhatWasAddedSinceTheConnectionAskedBefore() throws IOException {
    try (RawClient client = new RawClient(path)) {
      assertEquals(0, field(client.ask(STATS), "nr_user_dispatches"));
      dispatched.addAndGet(7);
      assertEquals(7, field(client.ask(STATS), "nr_user_dispatches"));
      assertEquals(0, field(client.ask(STATS), "nr_user_dispatches"));
    }
  }

  @Test
  void gaugesAreAbsoluteFromTheFirstReply() throws IOException {
    try (RawClient client = new RawClient(path)) {
      assertEquals(3, field(client.ask(STATS), "nr_running"));
      running.set(2);
      assertEquals(2, field(client.ask(STATS), "nr_running"));
    }
  }

  @Test
  void aGaugeThatARaceMadeNegativeIsZeroForClientsThatExpectU64() throws IOException {
    try (RawClient client = new RawClient(path)) {
      assertEquals(0, field(client.ask(STATS), "nr_queued"));
    }
  }

  @Test
  void twoConnectionsHaveBaselinesOfTheirOwn() throws IOException {
    try (RawClient first = new RawClient(path);
        RawClient second = new RawClient(path)) {
      first.ask(STATS);
      dispatched.addAndGet(10);
      second.ask(STATS);
      dispatched.addAndGet(5);

      assertEquals(15, field(first.ask(STATS), "nr_user_dispatches"));
      assertEquals(5, field(second.ask(STATS), "nr_user_dispatches"));
    }
  }

  @Test
  void aReplyHasTheProtocolsShape() throws IOException {
    try (RawClient client = new RawClient(path)) {
      String reply = client.ask("{\"req\":\"stats\",\"args\":{\"target\":\"top\"}}");

      assertTrue(reply.startsWith("{\"errno\":0,\"args\":{\"resp\":{\"nr_cpus\":0,"), reply);
      assertTrue(reply.endsWith("}}}"), reply);
    }
  }

  @Test
  void metaDescribesEveryField() throws IOException {
    try (RawClient client = new RawClient(path)) {
      String reply = client.ask("{\"req\":\"stats_meta\",\"args\":{}}");

      assertTrue(
          reply.startsWith(
              "{\"errno\":0,\"args\":{\"resp\":{\"Metrics\":{\"name\":\"Metrics\",\"top\":\"true\","
                  + "\"desc\":"),
          reply);
      for (Metric metric : Metric.values()) {
        String field = "\"" + metric.fieldName() + "\":{\"datum\":\"u64\",\"desc\":\"";
        assertTrue(reply.contains(field), metric + " in " + reply);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "{",
        "[]",
        "7",
        "null",
        "{}",
        "{\"req\":7}",
        "{\"req\":\"dance\"}",
        "{\"req\":\"stats\",\"args\":[]}",
        "{\"req\":\"stats\",\"args\":{\"target\":1}}",
        "{\"req\":\"stats\",\"args\":{\"target\":\"bottom\"}}",
        "{\"req\":\"stats\"}{}",
        "{\"req\":\"stats\",\"req\":\"stats\"}",
        "\u0000\u0001",
      })
  void aBadLineIsAnsweredWithEinvalAndTheConnectionStays(String line) throws IOException {
    try (RawClient client = new RawClient(path)) {
      String reply = client.ask(line);
      assertTrue(reply.startsWith("{\"errno\":22,\"args\":{\"resp\":\""), reply);
      assertEquals(0, field(client.ask(STATS), "errno"));
    }
  }

  @Test
  void deepNestingIsABadLine() throws IOException {
    try (RawClient client = new RawClient(path)) {
      String reply = client.ask("{\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}");
      assertEquals(22, field(reply, "errno"));
      assertEquals(0, field(client.ask(STATS), "errno"));
    }
  }

  @Test
  void aLineWithoutEndIsRefusedOnceAndSkipped() throws IOException {
    try (RawClient client = new RawClient(path)) {
      client.send("x".repeat(5 * StatsProtocol.MAX_LINE));
      String reply = client.ask("");
      assertTrue(reply.contains("at most " + StatsProtocol.MAX_LINE), reply);
      assertEquals(0, field(client.ask(STATS), "errno"));
    }
  }

  @Test
  void manyRequestsInOnePacketAreAllAnswered() throws IOException {
    try (RawClient client = new RawClient(path)) {
      client.send((STATS + "\n").repeat(100));
      for (int i = 0; i < 100; i++) {
        assertEquals(0, field(client.reply(), "errno"));
      }
    }
  }

  @Test
  void aRequestInPiecesIsAnswered() throws Exception {
    try (RawClient client = new RawClient(path)) {
      for (int i = 0; i < STATS.length(); i++) {
        client.send(STATS.substring(i, i + 1));
        Thread.sleep(1);
      }
      assertEquals(0, field(client.ask(""), "errno"));
    }
  }

  @Test
  void theLastLineNeedsNoEnd() throws IOException {
    try (RawClient client = new RawClient(path)) {
      client.send(STATS);
      client.endOfInput();
      assertEquals(0, field(client.reply(), "errno"));
      assertNull(client.reply());
    }
  }

  @Test
  void aClientThatNeverReadsDoesNotDelayAnother() throws IOException {
    try (RawClient slow = new RawClient(path);
        RawClient other = new RawClient(path)) {
      slow.channel().configureBlocking(false);
      byte[] flood = (STATS + "\n").repeat(1000).getBytes();
      int full = 0;
      while (full < 1000) {
        full = slow.channel().write(ByteBuffer.wrap(flood)) == 0 ? full + 1 : 0;
      }
      assertEquals(0, field(other.ask(STATS), "errno"));
    }
  }

  @Test
  void clientsBeyondTheLimitAreSentAwayAndOthersStay() throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < StatsServer.MAX_CLIENTS; i++) {
        clients.add(new RawClient(path));
        assertEquals(0, field(clients.get(i).ask(STATS), "errno"));
      }
      try (RawClient tooMany = new RawClient(path)) {
        assertNull(tooMany.reply());
      }
      assertEquals(0, field(clients.getFirst().ask(STATS), "errno"));
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aFailingSourceEndsTheConnectionButNotTheServer() throws IOException {
    Path other = dir.resolve("other");
    AtomicLong calls = new AtomicLong();
    try (StatsServer failing = StatsServer.bind(other)) {
      failing.start(into -> {
        if (calls.incrementAndGet() == 1) {
          throw new IllegalStateException("memory is gone");
        }
      });
      try (RawClient client = new RawClient(other)) {
        assertNull(client.ask(STATS));
      }
      try (RawClient client = new RawClient(other)) {
        assertEquals(0, field(client.ask(STATS), "errno"));
      }
    }
  }

  @Test
  void theThreadIsADaemonAndEndsWithTheServer() throws InterruptedException {
    Thread thread =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().equals("jland-stats"))
            .findAny()
            .orElseThrow();
    assertTrue(thread.isDaemon());
    server.close();
    assertFalse(thread.isAlive());
  }
}
