// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

/** Names and reasons as they may be shown, whatever a program called itself. Thread-safe. */
final class Printable {
  private static final int REPLACEMENT = 0xFFFD;

  private Printable() {}

  /**
   * The text in one line: white space is a blank, and what would steer a terminal or turn the
   * direction of writing shows as U+FFFD.
   */
  static String line(String text) {
    return part(text).strip();
  }

  /** The same for a part of a line: blanks at its ends stay. */
  static String part(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().map(Printable::shown).forEach(line::appendCodePoint);
    return line.toString();
  }

  private static int shown(int codePoint) {
    if (Character.isWhitespace(codePoint)) {
      return ' ';
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.SURROGATE, Character.FORMAT, Character.UNASSIGNED ->
          REPLACEMENT;
      default -> codePoint;
    };
  }
}
