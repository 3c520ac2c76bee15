// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

/**
 * One line of {@code jland doctor}.
 *
 * @param state whether it is there
 * @param name what was looked for
 * @param detail what was found
 * @param fix what to type or do, empty if there is nothing to do
 */
record Finding(State state, String name, String detail, String fix) {

  /** How bad it is. */
  enum State {
    /** There. */
    OK("ok"),
    /** Not there, and not needed by demo and test. */
    NOTE("--"),
    /** Demo or test can't do without it. */
    MISSING("MISSING");

    private final String label;

    State(String label) {
      this.label = label;
    }
  }

  static Finding ok(String name, String detail) {
    return new Finding(State.OK, name, detail, "");
  }

  static Finding note(String name, String detail, String fix) {
    return new Finding(State.NOTE, name, detail, fix);
  }

  static Finding missing(String name, String detail, String fix) {
    return new Finding(State.MISSING, name, detail, fix);
  }

  /** The line as it is printed. */
  String line() {
    String start = String.format("  %-8s %-18s %s", state.label, name, detail);
    return fix.isEmpty() ? start : start + "; " + fix;
  }
}
