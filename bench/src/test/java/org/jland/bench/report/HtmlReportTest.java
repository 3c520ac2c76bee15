// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jland.bench.BenchResults;
import org.jland.bench.Opponent;
import org.jland.bench.ResultsFile;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.ParseErrorList;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HtmlReportTest {
  private final BenchResults plausible = PlausibleResults.of(1);

  static List<BenchResults> all() {
    return List.of(
        PlausibleResults.of(1),
        HostileResults.printable(),
        HostileResults.steering(),
        PlausibleResults.empty(List.of(), List.of(Opponent.eevdf())));
  }

  @ParameterizedTest
  @MethodSource("all")
  void pageIsCorrectHtml(BenchResults results) {
    Parser parser = Parser.htmlParser().setTrackErrors(10);
    Document page = parser.parseInput(HtmlReport.of(results), "");
    assertEquals(ParseErrorList.noTracking(), parser.getErrors());
    assertEquals(
        page.select("[id]").size(), page.select("[id]").eachAttr("id").stream().distinct().count());
  }

  @ParameterizedTest
  @MethodSource("all")
  void resultsInThePageAreThoseItWasMadeOf(BenchResults results) {
    String json = Jsoup.parse(HtmlReport.of(results)).getElementById("results").data();
    assertEquals(results, ResultsFile.parse(json, BenchResults.class));
  }

  @ParameterizedTest
  @MethodSource("all")
  void nothingButTheJsonIsAScriptAndNothingIsFetched(BenchResults results) {
    String html = HtmlReport.of(results);
    Document page = Jsoup.parse(html);
    assertEquals(List.of("results"), page.select("script").eachAttr("id"));
    assertTrue(page.select("link, img, iframe, object, [src], style:contains(@import)").isEmpty());
    assertFalse(page.select("style").html().contains("url("));
    assertTrue(page.select("a").eachAttr("href").stream().allMatch(link -> link.startsWith("#")));
    for (Element element : page.getAllElements()) {
      element
          .attributes()
          .forEach(attribute -> assertFalse(attribute.getKey().startsWith("on"), html));
    }
  }

  @Test
  void linksLeadToSomethingOnThePage() {
    Document page = Jsoup.parse(HtmlReport.of(plausible));
    for (String link : page.select("a").eachAttr("href")) {
      assertEquals(1, page.select("[id=" + link.substring(1) + "]").size(), link);
    }
  }

  @Test
  void namesAreShownAsTheyAre() {
    Document page = Jsoup.parse(HtmlReport.of(HostileResults.printable()));
    assertTrue(page.select("h4").eachText().contains(HostileResults.SCRIPT));
    assertTrue(page.select("th.name").eachText().contains(HostileResults.QUOTES));
    assertTrue(page.select("li").eachText().contains("<!--<script>" + HostileResults.SCRIPT));
  }

  @Test
  void pageOutsideTheJsonHasNoControlsAndNoHalfCharacters() {
    Document page = Jsoup.parse(HtmlReport.of(HostileResults.steering()));
    page.select("script").remove();
    assertTrue(
        page.html()
            .codePoints()
            .noneMatch(c ->
                c != '\n' && Character.isISOControl(c)
                    || c == 0x202e
                    || Character.getType(c) == Character.SURROGATE));
  }

  @Test
  void everyWorkloadHasABarForEveryScheduler() {
    Document page = Jsoup.parse(HtmlReport.of(plausible));
    assertEquals(plausible.rows().size(), page.select("article").size());
    for (Element article : page.select("article")) {
      Element judged = article.selectFirst("tbody");
      assertEquals(3, judged.select("tr[data-name]").size());
      long measured = judged.select("tr:has(data)").size();
      assertEquals(measured, judged.select("svg .fill").size());
    }
  }

  @Test
  void voidRunsAndMissingOnesStandBesideTheirWorkload() {
    Document page = Jsoup.parse(HtmlReport.of(plausible));
    assertEquals("7 runs are void, of switch, frames-4ms-build.", page.select(".warning").text());
    Element row = article(page, "frames-4ms-build");
    assertEquals(
        List.of(
            "scx_rustland: 4 of 5 runs count",
            "scx_rustland: run 2 is void: scx_rustland ended (status 1)"),
        row.select(".faults li").eachText());
    assertEquals("3 of 5 runs", article(page, "compile").select(".lacks").text());
  }

  @Test
  void environmentAndCommandStandOnThePage() {
    Document page = Jsoup.parse(HtmlReport.of(plausible));
    String facts = page.select(".facts").text();
    for (String fact : List.of("6.18.2", "4", "instructions", "0.1.0", "--slice-us 3000")) {
      assertTrue(facts.contains(fact), fact);
    }
    assertEquals("./jland bench --runs 5 --against scx_rustland", page.select("pre").text());
    assertEquals(plausible.notes(), page.select("[aria-labelledby=notes] li").eachText());
  }

  @Test
  void tablesAreTablesToThoseWhoHearThem() {
    Document page = Jsoup.parse(HtmlReport.of(plausible));
    for (Element table : page.select("table.bars")) {
      assertTrue(table.hasAttr("aria-label") || table.hasAttr("aria-labelledby"));
      int columns = table.select("thead th[scope=col][role=columnheader]").size();
      for (Element line : table.select("tbody tr:not(.figure)")) {
        assertEquals(columns, line.children().size());
        assertEquals("row", line.child(0).attr("scope"));
      }
    }
    assertEquals("#figures", page.selectFirst("a").attr("href"));
  }

  @Test
  void unfinishedResultsSaySo() {
    String page = HtmlReport.of(PlausibleResults.empty(plausible.rows(), plausible.opponents()));
    assertTrue(Jsoup.parse(page).select(".warning").text().startsWith("Not complete"));
  }

  private static Element article(Document page, String name) {
    return page.select("article").stream()
        .filter(article -> article.select("h4").text().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
