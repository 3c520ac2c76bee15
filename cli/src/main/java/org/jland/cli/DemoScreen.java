// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.Locale;

/** The one screen of {@code jland demo}. */
final class DemoScreen {
  private static final String ROW = "  %-28s %14s %14s%n";

  private final StringBuilder text = new StringBuilder();

  private DemoScreen() {}

  /**
   * Writes the screen.
   *
   * @param machine what it ran on, in one line
   * @param load what ran, in one line
   * @param seconds that the frame loop took
   * @param result what was measured
   */
  static String of(String machine, String load, int seconds, DemoResult result) {
    DemoScreen screen = new DemoScreen();
    screen.line(machine);
    screen.line(load);
    screen.line("");
    screen.table(seconds, result);
    screen.line("");
    screen.line(result.custody().line());
    screen.line(ending(result));
    return screen.text.toString();
  }

  private void table(int seconds, DemoResult result) {
    FrameLoop eevdf = result.eevdf().frames();
    FrameLoop jland = result.jland().frames();
    Custody custody = result.custody();
    row("", "EEVDF", "scx_jland");
    row("frames on time", onTime(eevdf), onTime(jland));
    row("longest wait for a frame", millis(eevdf.worstGapUs()), millis(jland.worstGapUs()));
    row("wake-up latency  p50", millis(eevdf.wakeP50Us()), millis(jland.wakeP50Us()));
    row("                 p99", millis(eevdf.wakeP99Us()), millis(jland.wakeP99Us()));
    row("                 max", millis(eevdf.wakeMaxUs()), millis(jland.wakeMaxUs()));
    row(
        "CPU time of the compile",
        seconds(result.eevdf().compileCpuMs()),
        seconds(result.jland().compileCpuMs()));
    row("context switches", count(result.eevdf().switches()), count(result.jland().switches()));
    row(
        "tasks scheduled",
        "-",
        count(custody.dispatched() + custody.standing() + custody.kernelDispatched()));
    row("... by a decision of Java's", "-", count(custody.dispatched()));
    row("... by one that still stood", "-", count(custody.standing()));
    row("Java's decisions per second", "-", count(custody.dispatched() / Math.max(1, seconds)));
  }

  private static String ending(DemoResult result) {
    if (!result.attachedToTheEnd()) {
      return "scx_jland was EVICTED by the kernel";
    }
    if (result.exitStatus() != 0) {
      return "scx_jland ended with status " + result.exitStatus();
    }
    return result.restored()
        ? "scx_jland attached, scheduled everything, and detached: the default scheduler is back"
        : "scx_jland ended, and the default scheduler is NOT back";
  }

  private void line(String line) {
    text.append(line).append(System.lineSeparator());
  }

  private void row(String name, String eevdf, String jland) {
    text.append(String.format(ROW, name, eevdf, jland));
  }

  private static String onTime(FrameLoop frames) {
    return frames.onTime() + " of " + frames.frames();
  }

  private static String millis(long us) {
    return String.format(Locale.ROOT, us < 10_000 ? "%.2f ms" : "%.1f ms", us / 1000.0);
  }

  private static String seconds(long ms) {
    return String.format(Locale.ROOT, "%.2f s", ms / 1000.0);
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }
}
