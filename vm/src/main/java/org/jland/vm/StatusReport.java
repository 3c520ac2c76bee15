// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * The talk with the guest's init: it says {@code ready UPTIME} when it could start the command, is
 * answered {@code go} or {@code no}, and says {@code exit STATUS} when the command has ended and
 * its artefacts are on their drive.
 *
 * <p>The answer is no if the guest's clock ran ahead of the host's. A kernel measures its clock's
 * speed while it boots; on an emulated machine whose host is busy that can go wrong by far.
 *
 * <p>Written by the channel's thread; read by any.
 */
final class StatusReport extends OutputStream {
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final boolean isHostTime;
  private final long startNs = System.nanoTime();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private GuestChannel channel;
  private Duration boot = Duration.ZERO;
  private Duration guestBoot = Duration.ZERO;
  private boolean refused;
  private OptionalInt exit = OptionalInt.empty();

  /**
   * A report on a guest that starts now.
   *
   * @param isHostTime whether its time ought to be the host's
   */
  StatusReport(boolean isHostTime) {
    this.isHostTime = isHostTime;
  }

  /** Sets where answers go, before there is anything to answer. */
  synchronized void answerThrough(GuestChannel to) {
    channel = to;
  }

  @Override
  public synchronized void write(int value) throws IOException {
    if (value == '\n') {
      take(line.toString(StandardCharsets.UTF_8));
      line.reset();
    } else {
      line.write(value);
    }
  }

  private void take(String text) throws IOException {
    String[] words = text.split(" ");
    if (words.length == 2 && words[0].equals("ready")) {
      boot = Duration.ofNanos(System.nanoTime() - startNs);
      guestBoot = Duration.ofMillis(Math.round(1000 * Double.parseDouble(words[1])));
      refused = isHostTime && guestBoot.compareTo(boot.plus(GRACE)) > 0;
      channel.send(refused ? "no\n" : "go\n");
    } else if (words.length == 2 && words[0].equals("exit")) {
      exit = OptionalInt.of(Integer.parseInt(words[1]));
    }
  }

  /** Whether the guest was told to give up before it started the command. */
  synchronized boolean refused() {
    return refused;
  }

  /** Host time until the command was started. */
  synchronized Duration boot() {
    return boot;
  }

  /** Guest time until the command was started. */
  synchronized Duration guestBoot() {
    return guestBoot;
  }

  /** The command's exit status, once it is known. */
  synchronized OptionalInt exit() {
    return exit;
  }
}
