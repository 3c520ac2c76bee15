// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines of text and aligned cells for a terminal, never wider than {@link #WIDTH} columns: long
 * lines go on in the next one, long cells are cut. One thread.
 */
final class TextTable {
  /** Columns of a terminal that are used. */
  static final int WIDTH = 100;

  private static final String GAP = "  ";
  private static final String CUT = "..";
  private static final int NARROWEST = 8;

  private final String columns;
  private final List<Object> entries = new ArrayList<>();

  /**
   * A table.
   *
   * @param columns a letter a column: {@code l} or {@code r}, how it is aligned
   */
  TextTable(String columns) {
    this.columns = columns;
  }

  /** A line of its own. */
  TextTable line(String line) {
    entries.addAll(wrap(line));
    return this;
  }

  /** A line of cells, as many as there are columns. */
  TextTable cells(String... cells) {
    if (cells.length != columns.length()) {
      throw new IllegalArgumentException(cells.length + " cells in " + columns.length());
    }
    entries.add(cells);
    return this;
  }

  /** All of it, each line with its end. */
  @Override
  public String toString() {
    int[] widths = widths();
    StringBuilder text = new StringBuilder();
    for (Object entry : entries) {
      String line = entry instanceof String[] cells ? aligned(cells, widths) : entry.toString();
      text.append(line.stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  private int[] widths() {
    int[] widths = new int[columns.length()];
    for (Object entry : entries) {
      if (entry instanceof String[] cells) {
        for (int i = 0; i < widths.length; i++) {
          widths[i] = Math.max(widths[i], width(cells[i]));
        }
      }
    }
    int total = (widths.length - 1) * GAP.length();
    for (int width : widths) {
      total += width;
    }
    for (; total > WIDTH; total--) {
      widths[widest(widths)]--;
    }
    return widths;
  }

  /** Names give way before numbers do. */
  private int widest(int[] widths) {
    int widest = -1;
    for (int i = 0; i < widths.length; i++) {
      boolean gives = columns.charAt(i) == 'l' && widths[i] > NARROWEST;
      if (gives && (widest < 0 || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    for (int i = 0; widest < 0; i++) {
      widest = widths[i] > NARROWEST ? i : -1;
    }
    return widest;
  }

  private String aligned(String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String cell = cut(cells[i], widths[i]);
      String fill = " ".repeat(widths[i] - width(cell));
      line.append(i == 0 ? "" : GAP);
      line.append(columns.charAt(i) == 'r' ? fill + cell : cell + fill);
    }
    return line.toString();
  }

  private static String cut(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int used = CUT.length();
    for (int codePoint : text.codePoints().toArray()) {
      used += width(codePoint);
      if (used > width) {
        break;
      }
      kept.appendCodePoint(codePoint);
    }
    return kept + CUT;
  }

  /** What goes on in the next line is indented by two more than the first. */
  private static List<String> wrap(String line) {
    List<String> lines = new ArrayList<>();
    int indent = line.length() - line.stripLeading().length();
    String rest = line;
    while (width(rest) > WIDTH) {
      int end = breakAt(rest, indent + GAP.length());
      lines.add(rest.substring(0, end));
      rest = " ".repeat(indent + GAP.length()) + rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  /** The last blank that fits, or where it has to be cut. */
  private static int breakAt(String line, int from) {
    int used = 0;
    int at = 0;
    int blank = -1;
    while (at < line.length()) {
      int codePoint = line.codePointAt(at);
      used += width(codePoint);
      if (used > WIDTH) {
        break;
      }
      if (codePoint == ' ' && at > from) {
        blank = at;
      }
      at += Character.charCount(codePoint);
    }
    return blank > 0 ? blank : at;
  }

  /** How many columns a text takes. */
  static int width(String text) {
    return text.codePoints().map(TextTable::width).sum();
  }

  private static int width(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        Character.isIdeographic(codePoint)
            || Character.isEmojiPresentation(codePoint)
            || codePoint >= 0x1100 && codePoint <= 0x115F
            || codePoint >= 0x3000 && codePoint <= 0x33FF
            || codePoint >= 0xAC00 && codePoint <= 0xD7A3
            || codePoint >= 0xFF00 && codePoint <= 0xFF60;
    return wide ? 2 : 1;
  }
}
