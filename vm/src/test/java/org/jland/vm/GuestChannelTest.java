// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class GuestChannelTest {
  @TempDir private Path directory;

  @Test
  void everythingSentHasArrivedAfterDraining() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GuestChannel channel = new GuestChannel(socket(), out);
    send("x".repeat(1_000_000));
    channel.drain();
    assertEquals(1_000_000, out.size());
  }

  @Test
  void emulatorThatNeverConnectedIsNotWaitedFor() throws Exception {
    new GuestChannel(socket(), OutputStream.nullOutputStream()).drain();
  }

  @Test
  void brokenReceiverDoesNotStopTheGuestAndIsReported() throws Exception {
    GuestChannel channel =
        new GuestChannel(
            socket(),
            new OutputStream() {
              @Override
              public void write(int value) throws IOException {
                throw new IOException("pipe closed");
              }
            });
    send("x".repeat(1_000_000));
    IOException failure = assertThrows(IOException.class, channel::drain);
    assertEquals("pipe closed", failure.getMessage());
  }

  @Test
  void statusIsKnownOnceItsWholeLineIsThere() throws IOException {
    StatusReport report = new StatusReport(true);
    report.write("exit 13".getBytes(UTF_8));
    assertEquals(OptionalInt.empty(), report.exit());
    report.write("7\n".getBytes(UTF_8));
    assertEquals(OptionalInt.of(137), report.exit());
  }

  @Test
  void guestWhoseClockIsRightMayStart() throws Exception {
    assertEquals("go", answer(true, "ready 0.46"));
  }

  @Test
  void guestWhoseClockRanAheadOfTheHostsMayNotStart() throws Exception {
    assertEquals("no", answer(true, "ready 366.65"));
  }

  @Test
  void instructionTimeIsNotComparedWithTheHostsTime() throws Exception {
    assertEquals("go", answer(false, "ready 366.65"));
  }

  private String answer(boolean isHostTime, String line) throws Exception {
    StatusReport report = new StatusReport(isHostTime);
    GuestChannel channel = new GuestChannel(socket(), report);
    report.answerThrough(channel);
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
        Scanner answers = new Scanner(client, UTF_8)) {
      client.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
      String answer = answers.nextLine();
      assertEquals(answer.equals("no"), report.refused());
      return answer;
    }
  }

  private Path socket() {
    return directory.resolve("s");
  }

  private void send(String text) throws IOException {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        client.write(bytes);
      }
    }
  }
}
