// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.List;
import org.jland.bench.BenchResults;
import org.jland.bench.Row;
import org.jland.bench.Sample;

/** Results as a page of its own: no network, no script, the JSON in it. */
public final class HtmlReport {
  private final BenchResults results;
  private final String base;
  private final List<String> families;
  private final Page page;
  private final Markup html;

  private HtmlReport(BenchResults results) {
    this.results = results;
    this.base = results.opponents().getFirst().name();
    this.families = RowFindings.families(results);
    this.page = new Page(Headline.contest(results) + " – jland bench");
    this.html = page.content();
  }

  /**
   * Writes the page. Differences and means are those of {@link TextReport#of}; exact numbers stand
   * in {@code data} elements, the results as they were read in {@code #results}.
   */
  public static String of(BenchResults results) {
    HtmlReport report = new HtmlReport(results);
    report.head();
    report.html.add("<main id=\"figures\" tabindex=\"-1\">\n");
    report.means();
    report.html.add("<section aria-labelledby=\"workloads\">");
    report.html.element("h2", "Workloads", "id", "workloads");
    Sections.legend(report.html, report.base);
    report.families.forEach(report::family);
    report.html.add("</section>\n");
    Sections.notes(report.html, "notes", "Notes", results.notes());
    report.environment();
    report.html.add("</main>\n");
    return report.page.embed("results", results).toString();
  }

  private void head() {
    html.add("<header>\n").element("p", "jland bench", "class", "kicker");
    html.element("h1", Headline.contest(results));
    html.element("p", Headline.extent(results) + ".", "class", "lead");
    html.element("p", Headline.environment(results));
    html.element("p", Headline.origin(results));
    if (!results.complete()) {
      html.element("p", "Not complete: some of it has not been measured yet.", "class", "warning");
    }
    voids();
    html.add("</header>\n");
  }

  /** How many runs are void, with the way to the reasons. */
  private void voids() {
    List<Sample> voids = results.samples().stream().filter(sample -> !sample.counts()).toList();
    if (voids.isEmpty()) {
      return;
    }
    html.open("p", "class", "warning").text(Headline.counted(voids.size(), "run"));
    html.text(voids.size() == 1 ? " is void, of " : " are void, of ");
    String separator = "";
    for (String name : voids.stream().map(Sample::row).distinct().toList()) {
      html.text(separator).open("a", "href", "#row-" + number(name)).text(name).add("</a>");
      separator = ", ";
    }
    html.add(".").close("p");
  }

  private int number(String row) {
    return results.rows().stream().map(Row::name).toList().indexOf(row) + 1;
  }

  private void means() {
    if (results.opponents().size() < 2) {
      return;
    }
    List<FamilyMean> all =
        families.stream().flatMap(family -> FamilyMean.of(results, family).stream()).toList();
    double reach =
        all.stream()
            .flatMap(mean -> mean.mean().stream().boxed())
            .mapToDouble(ratio -> Math.abs(Math.log(ratio)))
            .max()
            .orElse(0);
    html.add("<section aria-labelledby=\"means\">");
    html.element("h2", "By family", "id", "means");
    html.open("p").text("Geometric mean of the ratios to " + Printable.line(base));
    html.text(", by each workload’s first figure. More than 1 is better.").close("p");
    html.open("table", "class", "bars means", "role", "table", "aria-labelledby", "means");
    Bars.columns(html, "name", "draw", "median", "range");
    html.add("<thead role=\"rowgroup\"><tr role=\"row\">");
    for (String column : List.of("scheduler", "bar", "mean", "over")) {
      html.element("th", column, "role", "columnheader", "scope", "col");
    }
    html.add("</tr></thead>\n");
    for (String family : families) {
      html.add("<tbody role=\"rowgroup\"><tr class=\"figure\" role=\"row\">");
      html.open("th", "colspan", "4", "scope", "rowgroup", "role", "rowheader");
      html.element("span", family, "class", "label").add("</th></tr>\n");
      // The scale has room for a fifth up or down, so that little looks like little.
      FamilyMean.of(results, family).forEach(mean -> mean(mean, Math.max(reach, Math.log(1.2))));
      html.close("tbody");
    }
    html.close("table");
    leftOut(all);
    html.close("section");
  }

  private void mean(FamilyMean mean, double reach) {
    double ratio = mean.mean().orElse(1);
    String shown = mean.mean().isPresent() ? Numbers.ratio(ratio) : "–";
    boolean one = shown.equals("1.00") || mean.mean().isEmpty();
    String verdict = one ? "none" : ratio > 1 ? "better" : "worse";
    html.open(
        "tr",
        "class",
        verdict,
        "role",
        "row",
        "data-family",
        mean.family(),
        "data-name",
        mean.opponent());
    html.element("th", mean.opponent(), "class", "name", "scope", "row", "role", "rowheader");
    html.open("td", "class", "draw", "role", "cell");
    mean.mean().ifPresent(present -> Sections.ratioBar(html, present, reach));
    html.close("td").open("td", "class", "median", "role", "cell");
    if (mean.mean().isPresent()) {
      html.number("mean", ratio, shown);
    } else {
      html.text(shown);
    }
    html.close("td").open("td", "class", "range", "role", "cell");
    html.number("counted", mean.counted(), String.valueOf(mean.counted())).add(" of ");
    html.number("rows", mean.rows(), String.valueOf(mean.rows())).add(" workloads");
    html.close("td").close("tr");
  }

  private void leftOut(List<FamilyMean> all) {
    List<String> leftOut =
        all.stream().flatMap(mean -> mean.leftOut().stream()).distinct().toList();
    if (!leftOut.isEmpty()) {
      html.element("p", "Left out: " + String.join(", ", leftOut) + ".", "class", "aside");
    }
  }

  private void family(String family) {
    html.element("h3", family);
    for (RowFindings row : RowFindings.of(results, family)) {
      row(row);
    }
  }

  private void row(RowFindings row) {
    List<Article.Part> parts =
        row.figures().stream().map(figure -> new Article.Part("", figure)).toList();
    new Article(
            row.row(),
            "against " + base,
            parts.subList(0, 1),
            parts.subList(1, parts.size()),
            row.faults())
        .write(html, number(row.row().name()));
  }

  private void environment() {
    html.add("<section aria-labelledby=\"environment\">");
    html.element("h2", "Environment", "id", "environment");
    Sections.environment(html, results);
    html.add("<p class=\"aside\">All that was measured is in this page, as JSON: ");
    html.add("<code>#results</code>.</p></section>\n");
  }
}
