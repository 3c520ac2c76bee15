// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jland.bench.BenchResults;
import org.jland.bench.ResultsFile;

/**
 * What all pages have in common: one file that asks no network and runs no script, as its content
 * security policy says. One thread.
 */
final class Page {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

  private final Markup html = new Markup();

  /**
   * Begins a page.
   *
   * @param title of the window
   */
  Page(String title) {
    html.add("<!DOCTYPE html>\n").open("html", "lang", "en").add("\n<head>\n");
    html.open("meta", "charset", "utf-8").add("\n");
    html.open("meta", "http-equiv", "Content-Security-Policy", "content", POLICY).add("\n");
    html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.add("\n").open("meta", "name", "color-scheme", "content", "light dark").add("\n");
    html.element("title", title);
    html.add("<style>\n").add(style()).add("</style>\n</head>\n<body>\n");
    html.element("a", "Skip to the figures", "class", "skip", "href", "#figures");
  }

  /** Where its content goes. */
  Markup content() {
    return html;
  }

  /** Embeds results, for machines. */
  Page embed(String id, BenchResults results) {
    html.open("script", "type", "application/json", "id", id);
    html.add(json(results)).close("script");
    return this;
  }

  /** Ends the page. */
  @Override
  public String toString() {
    return html + "</body>\n</html>\n";
  }

  /**
   * JSON that nothing in it can end: a {@code <} occurs in its strings only, and there it may be
   * escaped, like what JavaScript once took for the end of a line and halves of characters, which
   * UTF-8 can't have.
   */
  static String json(BenchResults results) {
    StringBuilder json = new StringBuilder();
    for (int codePoint : ResultsFile.text(results).codePoints().toArray()) {
      boolean half = Character.getType(codePoint) == Character.SURROGATE;
      if (codePoint == '<' || codePoint == 0x2028 || codePoint == 0x2029 || half) {
        json.append(String.format("\\u%04x", codePoint));
      } else {
        json.appendCodePoint(codePoint);
      }
    }
    return json.toString();
  }

  private static String style() {
    try (InputStream in = Page.class.getResourceAsStream("page.css")) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
