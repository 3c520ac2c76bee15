// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what nobody announces. */
public final class Wait {
  private static final long PERIOD_MS = 50;

  private Wait() {}

  /** Looks every 50 ms until the condition holds; whether it came to hold in time. */
  public static boolean until(Duration patience, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(PERIOD_MS);
    }
    return true;
  }
}
