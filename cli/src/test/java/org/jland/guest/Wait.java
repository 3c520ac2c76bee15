// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something to become true. */
final class Wait {
  private static final Duration STEP = Duration.ofMillis(50);

  private Wait() {}

  /** Returns whether it became true in time. */
  static boolean until(Duration patience, BooleanSupplier condition) {
    long endNs = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNs) {
        return false;
      }
      pause(STEP);
    }
    return true;
  }

  /** Sleeps. */
  static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
