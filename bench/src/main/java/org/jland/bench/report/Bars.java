// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jland.bench.Better;
import org.jland.bench.Summary;

/**
 * Figures as a table whose lines have bars: one figure after the other, one line a scheduler. Roles
 * are spelled out because a narrow screen turns the table's cells into blocks, by which browsers
 * forget what they were. Pure functions.
 */
final class Bars {
  private Bars() {}

  /**
   * Opens a table.
   *
   * @param about for those who hear it
   */
  static void open(Markup html, String about, String against) {
    html.open("table", "class", "bars", "role", "table", "aria-label", about);
    columns(html, "name", "draw", "median", "range", "verdict");
    html.add("<thead role=\"rowgroup\"><tr role=\"row\">");
    for (String column : List.of("scheduler", "bar", "median", "least to greatest", against)) {
      html.element("th", column, "role", "columnheader", "scope", "col");
    }
    html.add("</tr></thead>\n");
  }

  /** Widths; the first line of these tables has one cell only and can't tell. */
  static void columns(Markup html, String... names) {
    html.add("<colgroup>");
    for (String name : names) {
      html.open("col", "class", name);
    }
    html.add("</colgroup>");
  }

  /**
   * One figure.
   *
   * @param row whose
   * @param part told apart from other parts of the same table: empty, or a scheduler's name
   */
  static void figure(Markup html, String row, String part, FigureFindings figure) {
    html.open("tbody", "role", "rowgroup");
    html.open("tr", "class", "figure", "role", "row");
    html.open("th", "colspan", "5", "scope", "rowgroup", "role", "rowheader");
    if (!part.isEmpty()) {
      html.element("span", part, "class", "part");
    }
    html.element("span", figure.figure().name(), "class", "label");
    if (!figure.figure().unit().isEmpty()) {
      html.element("span", figure.figure().unit(), "class", "unit");
    }
    html.open("span", "class", "way").open("span", "aria-hidden", "true");
    html.text(figure.figure().better() == Better.LOWER ? "↓ " : "↑ ").close("span");
    html.text(figure.direction()).add("</span></th></tr>\n");
    Optional<Summary> base = figure.findings().getFirst().summary();
    for (Finding finding : figure.findings()) {
      html.open(
          "tr",
          "class",
          finding.verdict().word(),
          "role",
          "row",
          "data-row",
          row,
          "data-part",
          part,
          "data-figure",
          figure.figure().name(),
          "data-name",
          finding.name());
      html.element("th", finding.name(), "class", "name", "scope", "row", "role", "rowheader");
      html.open("td", "class", "draw", "role", "cell");
      finding.summary().ifPresent(s -> bar(html, s, figure.max(), base));
      html.close("td");
      numbers(html, finding, figure.traced());
      html.close("tr");
    }
    html.close("tbody");
  }

  private static void numbers(Markup html, Finding finding, boolean traced) {
    html.open("td", "class", "median", "role", "cell");
    finding
        .summary()
        .ifPresentOrElse(
            s -> html.number("median", s.median(), Numbers.text(s.median())), () -> html.text("–"));
    html.close("td").open("td", "class", "range", "role", "cell");
    if (!traced) {
      finding.summary().ifPresent(s -> range(html, s));
    }
    html.close("td").open("td", "class", "verdict", "role", "cell");
    finding.contrast().ifPresent(contrast -> difference(html, contrast));
    if (finding.lacksRuns()) {
      html.element("span", finding.shortfall(), "class", "lacks");
    }
    html.close("td");
  }

  private static void range(Markup html, Summary summary) {
    html.number("min", summary.min(), Numbers.text(summary.min())).text(" – ");
    html.number("max", summary.max(), Numbers.text(summary.max()));
  }

  /** The difference in percent, or in the figure's unit where there are no percents. */
  static void difference(Markup html, Contrast contrast) {
    if (contrast.verdict() == Verdict.NONE) {
      html.add("none");
    } else if (Double.isFinite(contrast.percent())) {
      html.number("percent", contrast.percent(), signed(contrast));
      html.add(" ").text(contrast.verdict().word());
    } else {
      double distance = contrast.other().median() - contrast.base().median();
      html.number("distance", distance, signed(contrast));
      html.add(" ").text(contrast.verdict().word());
    }
  }

  private static String signed(Contrast contrast) {
    return contrast.amount().replaceFirst("^-", "−");
  }

  /** A bar to the median, a whisker from the least to the greatest, a mark where the base is. */
  private static void bar(Markup html, Summary summary, double max, Optional<Summary> base) {
    html.add("<svg class=\"bar\" aria-hidden=\"true\" focusable=\"false\">");
    html.add("<rect class=\"fill\" height=\"100%\" width=\"" + at(summary.median(), max) + "\"/>");
    base.ifPresent(s -> line(html, "base", at(s.median(), max), at(s.median(), max), "0", "100%"));
    if (summary.spread() > 0) {
      String from = at(summary.min(), max);
      String to = at(summary.max(), max);
      line(html, "whisker", from, to, "50%", "50%");
      line(html, "whisker", from, from, "25%", "75%");
      line(html, "whisker", to, to, "25%", "75%");
    }
    html.add("</svg>");
  }

  private static void line(Markup html, String name, String x1, String x2, String y1, String y2) {
    html.open("line", "class", name, "x1", x1, "x2", x2, "y1", y1, "y2", y2).add("</line>");
  }

  /** Where on the bar a value is; what is below 0 has no bar. */
  private static String at(double value, double max) {
    double share = max > 0 ? Math.clamp(value / max, 0, 1) : 0;
    return String.format(Locale.ROOT, "%.2f%%", share * 100);
  }
}
