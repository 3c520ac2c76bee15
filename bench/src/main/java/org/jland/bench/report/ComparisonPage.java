// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jland.bench.BenchResults;
import org.jland.bench.Row;

/** A comparison as a page. One thread. */
final class ComparisonPage {
  private static final String OLD = "OLD";
  private static final String NEW = "NEW";

  private final Comparison comparison;
  private final Page page = new Page("Two measurements – jland bench");
  private final Markup html = page.content();
  private int nextRow = 1;

  ComparisonPage(Comparison comparison) {
    this.comparison = comparison;
    head();
    html.add("<main id=\"figures\" tabindex=\"-1\">\n");
    changes();
    list("Not compared", "unmatched", comparison.unmatched());
    html.add("<section aria-labelledby=\"workloads\">");
    html.element("h2", "Workloads", "id", "workloads");
    Sections.legend(html, OLD);
    RowFindings.families(comparison.older()).forEach(this::family);
    html.add("</section>\n");
    environment(OLD, comparison.older());
    environment(NEW, comparison.newer());
    html.add("</main>\n");
    page.embed("old", comparison.older()).embed("new", comparison.newer());
  }

  private void head() {
    html.add("<header>\n").element("p", "jland bench", "class", "kicker");
    html.element("h1", "What changed from OLD to NEW");
    html.element("p", comparison.tally() + ".", "class", "lead");
    html.element("p", OLD + ": " + about(comparison.older()));
    html.element("p", NEW + ": " + about(comparison.newer()));
    if (!comparison.warnings().isEmpty()) {
      html.open("div", "class", "warning").element("p", "They were not measured alike:");
      html.add("<ul>\n");
      comparison.warnings().forEach(warning -> html.element("li", warning));
      html.close("ul").close("div");
    }
    html.add("</header>\n");
  }

  private static String about(BenchResults results) {
    return Headline.environment(results) + "; " + Headline.origin(results) + ".";
  }

  private void changes() {
    html.add("<section aria-labelledby=\"changes\">");
    html.element("h2", "Changes beyond the spread", "id", "changes");
    List<Change> changes = comparison.beyondSpread();
    if (changes.isEmpty()) {
      html.element("p", "None.").close("section");
      return;
    }
    html.open("table", "class", "changes", "role", "table", "aria-labelledby", "changes");
    html.add("<thead role=\"rowgroup\"><tr role=\"row\">");
    for (String column : List.of("workload", "scheduler", "figure", OLD, NEW, "change")) {
      String kind = column.equals(OLD) || column.equals(NEW) ? "n" : "words";
      html.element("th", column, "class", kind, "scope", "col", "role", "columnheader");
    }
    html.add("</tr></thead>\n<tbody role=\"rowgroup\">\n");
    changes.forEach(this::change);
    html.add("</tbody></table></section>\n");
  }

  private void change(Change change) {
    Contrast contrast = change.contrast();
    html.open(
        "tr",
        "class",
        contrast.verdict().word(),
        "role",
        "row",
        "data-row",
        change.row(),
        "data-part",
        change.opponent(),
        "data-figure",
        contrast.figure().name(),
        "data-name",
        NEW);
    html.element("th", change.row(), "class", "workload", "scope", "row", "role", "rowheader");
    html.element("td", change.opponent(), "class", "scheduler", "role", "cell");
    html.open("td", "class", "measure", "role", "cell").text(contrast.figure().name());
    html.element("span", contrast.figure().unit(), "class", "in").close("td");
    number("old", "old-median", contrast.base().median());
    number("new", "median", contrast.other().median());
    html.open("td", "class", "verdict", "role", "cell");
    Bars.difference(html, contrast);
    html.close("td").close("tr");
  }

  private void number(String name, String stat, double value) {
    html.open("td", "class", "n " + name, "role", "cell");
    html.number(stat, value, Numbers.text(value)).close("td");
  }

  private void list(String title, String id, List<String> lines) {
    if (!lines.isEmpty()) {
      html.open("section", "aria-labelledby", id).element("h2", title, "id", id).add("<ul>\n");
      lines.forEach(line -> html.element("li", line));
      html.add("</ul></section>\n");
    }
  }

  private void family(String family) {
    List<Article> articles =
        comparison.older().rows().stream()
            .filter(row -> row.family().equals(family))
            .flatMap(row -> article(row).stream())
            .toList();
    if (!articles.isEmpty()) {
      html.element("h3", family);
      articles.forEach(article -> article.write(html, nextRow++));
    }
  }

  private Optional<Article> article(Row row) {
    List<Article.Part> first = new ArrayList<>();
    List<Article.Part> more = new ArrayList<>();
    for (Change change : comparison.changes()) {
      if (change.row().equals(row.name())) {
        boolean judges = change.contrast().figure().equals(row.figures().getFirst());
        (judges ? first : more).add(part(change));
      }
    }
    return first.isEmpty() && more.isEmpty()
        ? Optional.empty()
        : Optional.of(new Article(row, "against " + OLD, first, more, List.of()));
  }

  private Article.Part part(Change change) {
    Contrast contrast = change.contrast();
    Finding before =
        new Finding(OLD, Optional.of(contrast.base()), Optional.empty(), comparison.older().runs());
    Finding after =
        new Finding(
            NEW, Optional.of(contrast.other()), Optional.of(contrast), comparison.newer().runs());
    return new Article.Part(
        change.opponent(), new FigureFindings(contrast.figure(), false, List.of(before, after)));
  }

  private void environment(String name, BenchResults results) {
    String id = "environment-" + name;
    html.open("section", "aria-labelledby", id);
    html.element("h2", "Environment of " + name, "id", id);
    Sections.environment(html, results);
    html.close("section");
    Sections.notes(html, "notes-" + name, "Notes of " + name, results.notes());
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
