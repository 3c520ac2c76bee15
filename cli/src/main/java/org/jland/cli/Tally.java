// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

/**
 * Tests counted.
 *
 * @param passed that passed
 * @param failed that failed, or could not be run at all
 * @param skipped that did not run because something they need is not there
 */
record Tally(int passed, int failed, int skipped) {
  static final Tally NONE = new Tally(0, 0, 0);
  static final Tally ONE_FAILED = new Tally(0, 1, 0);

  /** Returns how many there are. */
  int total() {
    return passed + failed + skipped;
  }

  Tally plus(Tally other) {
    return new Tally(passed + other.passed, failed + other.failed, skipped + other.skipped);
  }

  /** The line that the test command ends with. */
  String line() {
    return passed + " passed, " + failed + " failed, " + skipped + " skipped";
  }
}
