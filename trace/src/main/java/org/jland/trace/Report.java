// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jland.os.TerminalText;
import org.jland.trace.model.TraceInfo;

/** An analysis in words and numbers, for a terminal. Stateless. */
public final class Report {
  private static final long US = 1_000;
  private static final long[] EDGES = {
    0,
    10 * US,
    30 * US,
    100 * US,
    300 * US,
    1000 * US,
    3000 * US,
    10_000 * US,
    30_000 * US,
    Long.MAX_VALUE
  };
  private static final int BAR = 40;

  private Report() {}

  /** The whole report; lines end with a newline. */
  public static String of(Analysis analysis) {
    StringBuilder out = new StringBuilder();
    header(analysis.info(), out);
    gaps(analysis, out);
    latencies(analysis, out);
    if (analysis.info().custody()) {
      custody(analysis.custody(), out);
    }
    waits(analysis, out);
    return TerminalText.printable(out.toString());
  }

  private static void header(TraceInfo info, StringBuilder out) {
    String scheduler = info.scheduler().isEmpty() ? "the kernel's own scheduler" : info.scheduler();
    line(
        out,
        "%s on kernel %s, %d CPUs, %s recorded",
        scheduler,
        info.kernel(),
        info.cpus().cardinality(),
        time(info.lengthNs()));
    if (info.lostEvents() > 0) {
      line(
          out,
          "LOST: the buffers were full after %s of %s; %d events and all that followed are missing."
              + " Use a larger --buffer-mib or a smaller -d.",
          time(info.lengthNs()),
          time(info.askedNs()),
          info.lostEvents());
    }
  }

  private static void gaps(Analysis analysis, StringBuilder out) {
    Distribution gaps = analysis.gaps();
    line(out, "");
    line(out, "CPUs that idled although a task waited that may run there");
    line(
        out,
        "  %s of all CPU time, in %d gaps: p50 %s, p99 %s, max %s",
        percent(analysis.idleWhileRunnableShare()),
        gaps.count(),
        time(gaps.percentile(50)),
        time(gaps.percentile(99)),
        time(gaps.max()));
    histogram(gaps, out);
  }

  private static void histogram(Distribution values, StringBuilder out) {
    int most = 1;
    for (int i = 0; i + 1 < EDGES.length; i++) {
      most = Math.max(most, values.between(EDGES[i], EDGES[i + 1]));
    }
    for (int i = 0; i + 1 < EDGES.length; i++) {
      int count = values.between(EDGES[i], EDGES[i + 1]);
      if (count > 0) {
        boolean last = EDGES[i + 1] == Long.MAX_VALUE;
        String label = last ? "from " + time(EDGES[i]) : "below " + time(EDGES[i + 1]);
        line(
            out,
            "    %-14s %7d %s",
            label,
            count,
            "#".repeat((int) Math.max(1, (long) count * BAR / most)));
      }
    }
  }

  private static void latencies(Analysis analysis, StringBuilder out) {
    line(out, "");
    line(out, "Wake-up latency: from the waker's decision to the CPU");
    line(out, "  %-14s %8s %9s %9s %9s", "way", "count", "p50", "p99", "max");
    for (Map.Entry<WakePath, Distribution> entry : analysis.sortedLatencies().entrySet()) {
      row(out, entry.getKey().toString(), entry.getValue());
    }
  }

  private static void row(StringBuilder out, String name, Distribution times) {
    line(
        out,
        "  %-14s %8d %9s %9s %9s",
        name,
        times.count(),
        time(times.percentile(50)),
        time(times.percentile(99)),
        time(times.max()));
  }

  private static void custody(CustodyTimes times, StringBuilder out) {
    line(out, "");
    line(out, "In custody: from the record to the insertion in a DSQ");
    line(out, "  %-14s %8s %9s %9s %9s", "", "count", "p50", "p99", "max");
    row(out, "custody", times.custody());
    row(out, "  until read", times.untilRead());
    row(out, "  deciding", times.deciding());
    row(out, "  until insert", times.untilInserted());
    Distribution bursts = times.burstSizes();
    line(
        out,
        "  %d bursts, decisions each: mean %.1f, p50 %d, p99 %d, max %d; at most %d tasks held",
        bursts.count(),
        bursts.mean(),
        bursts.percentile(50),
        bursts.percentile(99),
        bursts.max(),
        times.maxHeld());
    line(
        out,
        "  the scheduler thread ran %d times: p50 %s, p99 %s, all together %s",
        times.runs().count(),
        time(times.runs().percentile(50)),
        time(times.runs().percentile(99)),
        time(times.runs().sum()));
  }

  private static void waits(Analysis analysis, StringBuilder out) {
    Distribution waits = analysis.waits();
    line(out, "");
    line(
        out,
        "%d waits for a CPU: p50 %s, p99 %s, max %s. The longest:",
        waits.count(),
        time(waits.percentile(50)),
        time(waits.percentile(99)),
        time(waits.max()));
    stories(analysis.worst(), analysis.info(), out);
    line(out, "");
    line(out, "The longest of tasks that were woken:");
    stories(analysis.worstWakeUps(), analysis.info(), out);
  }

  private static void stories(List<Wait> waits, TraceInfo info, StringBuilder out) {
    int number = 1;
    for (Wait wait : waits) {
      line(out, "%3d. %s", number++, Story.of(wait, info.startNs()));
    }
  }

  private static void line(StringBuilder out, String format, Object... arguments) {
    out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** A time with three digits: {@code 12.3 us}, {@code 1.23 ms}, {@code 12.3 s}. */
  static String time(long ns) {
    if (ns < US) {
      return ns + " ns";
    }
    double value = ns;
    String unit = "ns";
    for (String next : new String[] {"us", "ms", "s"}) {
      if (value < US) {
        break;
      }
      value /= US;
      unit = next;
    }
    int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + decimals + "f %s", value, unit);
  }
}
