// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.jland.bench.BenchResults;
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
    assertHonest(browser.checked(HtmlReport.of(results), DESKTOP), 350);
  }

  @Test
  void figuresAndBarsOfTheComparisonEqualTheJson() throws Exception {
    Comparison comparison = Comparison.of(results, PlausibleResults.later(2, 1.12));
    assertHonest(browser.checked(comparison.html(), DESKTOP), 350);
  }

  @Test
  void reportOfHostileNamesIsHonestOnATelephoneAndRunsNothingOfThem() throws Exception {
    Element page = browser.checked(HtmlReport.of(HostileResults.printable()), PHONE);
    assertEquals("" + PHONE, page.attr("data-width"));
    assertHonest(page, 10);
    assertNotEquals("owned", page.attr("data-title"));
  }

  @Test
  void comparisonFitsATelephone() throws Exception {
    Element page =
        browser.checked(Comparison.of(results, PlausibleResults.later(2, 0.8)).html(), PHONE);
    assertEquals("" + PHONE, page.attr("data-width"));
    assertHonest(page, 350);
  }

  @Test
  void numberThatIsNotThatOfTheJsonIsFound() throws Exception {
    String honest = HtmlReport.of(results);
    String lie = honest.replaceFirst("(data-stat=\"median\" value=\")[0-9.]+", "$1123.0");
    Element page = browser.checked(lie, DESKTOP);
    String problems = page.attr("data-problems");
    assertTrue(problems.matches("cyclictest, p50, eevdf: median is 123.*"), problems);
  }

  @Test
  void pageRunsNoScript() throws Exception {
    Element page = browser.loaded(HtmlReport.of(results), DESKTOP);
    assertFalse(page.hasAttr("data-checked"));
  }

  private static void assertHonest(Element page, int atLeast) {
    assertTrue(page.hasAttr("data-checked"), "the check did not run to its end");
    assertEquals("", page.attr("data-problems"));
    assertTrue(Integer.parseInt(page.attr("data-checked")) >= atLeast, page.attr("data-checked"));
  }
}
