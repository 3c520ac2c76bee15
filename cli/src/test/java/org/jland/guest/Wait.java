// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting, in tests: nobody interrupts them. */
final class Wait {

  private Wait() {}

  /** Returns whether it became true in time. */
  static boolean until(Duration patience, BooleanSupplier condition) {
    try {
      return org.jland.bench.process.Wait.until(patience, condition);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Sleeps. */
  static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }
}
