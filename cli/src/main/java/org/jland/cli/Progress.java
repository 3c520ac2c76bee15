// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

/** Lines that tell what takes long, on standard error, apart from results. Thread-safe. */
final class Progress {

  private Progress() {}

  /** Prints one line. */
  static void line(String text) {
    System.err.println("jland: " + text);
  }
}
