// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.jland.bench.BenchResults;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Pages as a real browser shows them, some 3 s each; run with {@code -Djland.browser=true}. */
@EnabledIfSystemProperty(named = "jland.browser", matches = "true")
class PagesInBrowserTest {
  private static final int DESKTOP = 1200;
  private static final int PHONE = 360;

  private final BenchResults results = PlausibleResults.of(1);

  @TempDir Path folder;
  private Browser browser;

  @BeforeEach
  void findBrowser() {
    browser = Browser.in(folder);
  }

  @Test
  void figuresAndBarsOfTheReportEqualTheJson() throws Exception {
    assertHonest(browser.checked(HtmlReport.of(results), DESKTOP), 400);
  }

  @Test
  void figuresAndBarsOfTheComparisonEqualTheJson() throws Exception {
    Comparison comparison = Comparison.of(results, PlausibleResults.later(2, 1.12));
    assertHonest(browser.checked(comparison.html(), DESKTOP), 400);
  }

  @Test
  void reportOfHostileNamesIsHonestOnATelephoneAndRunsNothingOfThem() throws Exception {
    Document page = browser.checked(HtmlReport.of(HostileResults.printable()), PHONE);
    assertEquals("" + PHONE, page.root().firstElementChild().attr("data-width"));
    assertHonest(page, 10);
    assertFalse(page.title().contains("owned"), page.title());
  }

  @Test
  void comparisonFitsATelephone() throws Exception {
    Document page =
        browser.checked(Comparison.of(results, PlausibleResults.later(2, 0.8)).html(), PHONE);
    assertEquals("" + PHONE, page.root().firstElementChild().attr("data-width"));
    assertHonest(page, 400);
  }

  @Test
  void numberThatIsNotThatOfTheJsonIsFound() throws Exception {
    String honest = HtmlReport.of(results);
    String lie = honest.replaceFirst("(data-stat=\"median\" value=\")[0-9.]+", "$1123.0");
    Document page = browser.checked(lie, DESKTOP);
    String problems = page.root().firstElementChild().attr("data-problems");
    assertTrue(problems.matches("cyclictest, p50, eevdf: median is 123.*"), problems);
  }

  @Test
  void pageRunsNoScript() throws Exception {
    Document page = browser.loaded(HtmlReport.of(results), DESKTOP);
    assertFalse(page.root().firstElementChild().hasAttr("data-checked"));
  }

  private static void assertHonest(Document page, int atLeast) {
    Element root = page.root().firstElementChild();
    assertTrue(root.hasAttr("data-checked"), "the check did not run to its end");
    assertEquals("", root.attr("data-problems"));
    assertTrue(Integer.parseInt(root.attr("data-checked")) >= atLeast, root.attr("data-checked"));
  }
}
