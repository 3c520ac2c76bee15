// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

/**
 * HTML in the making. Text and attributes are escaped and made {@linkplain Printable printable};
 * tags and the names of attributes are the caller's own. One thread.
 */
final class Markup {
  private final StringBuilder html = new StringBuilder();

  /** Adds what is HTML already. */
  Markup add(Object markup) {
    html.append(markup);
    return this;
  }

  /** Adds text. */
  Markup text(String text) {
    return add(escaped(text));
  }

  /**
   * Opens an element.
   *
   * @param attributes names and values by turns
   */
  Markup open(String tag, String... attributes) {
    html.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      html.append(' ').append(attributes[i]);
      html.append("=\"").append(escaped(attributes[i + 1])).append('"');
    }
    html.append('>');
    return this;
  }

  /** Ends an element. */
  Markup close(String tag) {
    html.append("</").append(tag).append(">\n");
    return this;
  }

  /** An element with nothing but text in it. */
  Markup element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  /**
   * A number: rounded for people, exact for machines.
   *
   * @param stat what it is of its line: {@code median}, {@code min}
   */
  Markup number(String stat, double value, String shown) {
    return open("data", "data-stat", stat, "value", String.valueOf(value))
        .text(shown)
        .add("</data>");
  }

  /** The HTML so far. */
  @Override
  public String toString() {
    return html.toString();
  }

  private static String escaped(String text) {
    return Printable.part(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
