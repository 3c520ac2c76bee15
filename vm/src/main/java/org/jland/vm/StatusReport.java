// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * What the guest's init says about the run: a line {@code ready UPTIME} when it starts the command,
 * and {@code exit STATUS} when the command has ended and its artefacts are on their drive.
 *
 * <p>Written by the channel's thread; read by any.
 */
final class StatusReport extends OutputStream {
  private final long startNs = System.nanoTime();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private Duration boot = Duration.ZERO;
  private Duration guestBoot = Duration.ZERO;
  private OptionalInt exit = OptionalInt.empty();

  @Override
  public synchronized void write(int value) {
    if (value == '\n') {
      take(line.toString(StandardCharsets.UTF_8));
      line.reset();
    } else {
      line.write(value);
    }
  }

  private void take(String text) {
    String[] words = text.split(" ");
    if (words.length == 2 && words[0].equals("ready")) {
      boot = Duration.ofNanos(System.nanoTime() - startNs);
      guestBoot = Duration.ofMillis(Math.round(1000 * Double.parseDouble(words[1])));
    } else if (words.length == 2 && words[0].equals("exit")) {
      exit = OptionalInt.of(Integer.parseInt(words[1]));
    }
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
