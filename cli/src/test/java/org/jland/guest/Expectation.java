// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Properties;

/**
 * Figures as they were when somebody last looked, in {@code expectations.properties}: a change of
 * more than 5 % either way wants to be noticed. They hold for one series of kernels; on another one
 * the floors alone hold, and a line says so.
 */
final class Expectation {
  private static final double TOLERANCE = 0.05;
  private static final String FILE = "expectations.properties";

  private Expectation() {}

  /** Fails if a figure of scx_jland is not what it was. */
  static void check(String name, double measured) throws IOException {
    Properties expected = new Properties();
    try (InputStream in = Expectation.class.getResourceAsStream(FILE)) {
      expected.load(in);
    }
    String kernel = System.getProperty("os.version");
    String series = expected.getProperty("kernel");
    if (!kernel.startsWith(series + ".")) {
      System.out.printf(
          "measured: no expectation of %s for kernel %s, only for %s; write %s=%.4g into %s%n",
          name, kernel, series, name, measured, FILE);
      return;
    }
    double wanted = Double.parseDouble(expected.getProperty(name));
    System.out.printf(Locale.ROOT, "measured: %s: %.5g, expected %.5g%n", name, measured, wanted);
    assertTrue(
        Math.abs(measured / wanted - 1) <= TOLERANCE,
        String.format(
            Locale.ROOT,
            "%s is %.5g, %+.1f %% from the %.5g in %s. If that is meant, write it there.",
            name,
            measured,
            (measured / wanted - 1) * 100,
            wanted,
            FILE));
  }
}
