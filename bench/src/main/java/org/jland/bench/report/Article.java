// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jland.bench.Row;

/**
 * One workload on a page: what it is judged by, and behind a lid the rest.
 *
 * @param row which
 * @param against the head of the column with differences
 * @param first what it is judged by
 * @param more the rest
 * @param faults what is missing or void
 */
record Article(Row row, String against, List<Part> first, List<Part> more, List<String> faults) {

  /**
   * A figure on the page.
   *
   * @param name empty, or what tells it apart from the same figure of the same row
   * @param figure the figure
   */
  record Part(String name, FigureFindings figure) {}

  /**
   * Writes it.
   *
   * @param number unique on the page
   */
  void write(Markup html, int number) {
    String id = "row-" + number;
    html.open("article", "id", id, "aria-labelledby", id + "-name");
    html.add("<div class=\"judged\">").open("h4", "id", id + "-name");
    html.element("a", row.name(), "href", "#" + id).close("h4");
    html.element("p", row.what(), "class", "what");
    table(html, row.name(), first);
    if (!faults.isEmpty()) {
      html.add("<ul class=\"faults\">\n");
      faults.forEach(fault -> html.element("li", fault));
      html.add("</ul>\n");
    }
    html.close("div");
    if (!more.isEmpty()) {
      html.add("<details><summary>").text(names());
      html.element("span", tally(), "class", "way").close("summary");
      table(html, row.name() + ", more figures", more);
      html.close("details");
    }
    html.close("article");
  }

  private void table(Markup html, String about, List<Part> parts) {
    Bars.open(html, about, against);
    parts.forEach(part -> Bars.figure(html, row.name(), part.name(), part.figure()));
    html.close("table");
  }

  private String names() {
    Set<String> names = new LinkedHashSet<>();
    for (Part part : more) {
      FigureFindings figure = part.figure();
      names.add(figure.traced() ? "traced run" : Printable.line(figure.figure().name()));
    }
    return String.join(", ", names);
  }

  /** What is behind a closed lid, so that nobody has to open it to know. */
  private String tally() {
    List<Verdict> verdicts =
        more.stream()
            .flatMap(part -> part.figure().findings().stream())
            .map(Finding::verdict)
            .toList();
    return List.of(Verdict.BETTER, Verdict.WORSE).stream()
        .filter(verdicts::contains)
        .map(one -> verdicts.stream().filter(one::equals).count() + " " + one.word())
        .collect(Collectors.joining(", "));
  }
}
