// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

/**
 * Text from elsewhere on its way to somebody's terminal. Any user names tasks, and a name may hold
 * what makes a terminal do something. Stateless.
 */
public final class TerminalText {
  private TerminalText() {}

  /**
   * Replaces control characters, but for the ends of lines and tabs, by question marks.
   *
   * @param text any text
   * @return the same text if it has none
   */
  public static String printable(String text) {
    return text.codePoints().anyMatch(TerminalText::isControl)
        ? text.codePoints()
            .map(c -> isControl(c) ? '?' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
        : text;
  }

  private static boolean isControl(int c) {
    return Character.isISOControl(c) && c != '\n' && c != '\t';
  }
}
