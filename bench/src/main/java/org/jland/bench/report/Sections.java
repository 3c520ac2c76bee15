// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.List;
import java.util.Locale;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;
import org.jland.bench.Opponent;

/** Parts that more than one page has. Pure functions. */
final class Sections {
  private Sections() {}

  /** How a bar is read. */
  static void legend(Markup html, String base) {
    html.open("p", "class", "legend");
    html.add("<svg class=\"bar\" aria-hidden=\"true\" focusable=\"false\">");
    html.add("<rect class=\"fill\" height=\"100%\" width=\"70%\"/>");
    html.add("<line class=\"base\" x1=\"40%\" x2=\"40%\" y1=\"0\" y2=\"100%\"/>");
    html.add("<line class=\"whisker\" x1=\"58%\" x2=\"90%\" y1=\"50%\" y2=\"50%\"/>");
    html.add("<line class=\"whisker\" x1=\"58%\" x2=\"58%\" y1=\"25%\" y2=\"75%\"/>");
    html.add("<line class=\"whisker\" x1=\"90%\" x2=\"90%\" y1=\"25%\" y2=\"75%\"/></svg>");
    html.text(
        "A bar ends at the median of all runs; its whisker spans the least and the greatest, ");
    html.text("and the dashed line is the median of " + Printable.line(base) + ". ");
    html.add("<b class=\"better\">Blue is better</b> than that, ");
    html.add("<b class=\"worse\">orange is worse</b>, and ");
    html.text("grey is no difference: the medians are no further apart than the runs of one side.");
    html.close("p");
  }

  /** What a reader must know beside the figures; nothing if there is nothing. */
  static void notes(Markup html, String id, String title, List<String> notes) {
    if (notes.isEmpty()) {
      return;
    }
    html.open("section", "aria-labelledby", id).element("h2", title, "id", id).add("<ul>\n");
    notes.forEach(note -> html.element("li", note));
    html.add("</ul></section>\n");
  }

  /** A name and what it stands for. */
  static void fact(Markup html, String name, String value) {
    html.element("dt", name).element("dd", value);
  }

  /** Where it was measured, by whom, and how to repeat it. */
  static void environment(Markup html, BenchResults results) {
    html.add("<dl class=\"facts\">\n");
    fact(html, "kernel", Headline.different(results, Boot::kernel));
    fact(html, "CPUs", Headline.different(results, boot -> String.valueOf(boot.cpus())));
    fact(html, "clock", Headline.different(results, Boot::clock));
    fact(html, "machine", Headline.different(results, Boot::machine));
    fact(html, "boots", String.valueOf(results.boots().size()));
    fact(html, "runs", results.runs() + " of each workload under each scheduler");
    fact(html, "jland", results.jland());
    fact(html, "started", results.started());
    for (Opponent opponent : results.opponents()) {
      html.element("dt", opponent.name()).open("dd");
      if (opponent.isDefault()) {
        html.text("the kernel’s default scheduler");
      } else {
        html.element("code", Headline.command(opponent.command()));
      }
      html.close("dd");
    }
    html.add("</dl>\n");
    command(html, results);
  }

  private static void command(Markup html, BenchResults results) {
    html.add("<p>Type this to measure it again:</p>\n");
    html.open("pre", "tabindex", "0", "role", "region", "aria-label", "the command");
    html.element("code", Headline.command(results.command())).close("pre");
  }

  /** A bar from 1 to the ratio, on a scale on which half is as far from 1 as double. */
  static void ratioBar(Markup html, double ratio, double reach) {
    double at = 50 + 50 * Math.log(ratio) / reach;
    html.add("<svg class=\"bar\" aria-hidden=\"true\" focusable=\"false\">");
    html.add(
        String.format(
            Locale.ROOT,
            "<rect class=\"fill\" height=\"100%%\" x=\"%.2f%%\" width=\"%.2f%%\"/>",
            Math.min(50, at),
            Math.abs(at - 50)));
    html.add("<line class=\"base\" x1=\"50%\" x2=\"50%\" y1=\"0\" y2=\"100%\"/></svg>");
  }
}
