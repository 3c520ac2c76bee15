// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code guest/demo.sh} prints, line by line. One thread. */
final class DemoOutput implements Consumer<String> {
  private static final Pattern LINE = Pattern.compile("(\\w+) (\\w+) ?(.*)");
  private static final Pattern COUNTER = Pattern.compile("\"(\\w+)\":([0-9]+)");

  private final Consumer<String> phases;
  private final Map<String, String> lines = new HashMap<>();

  /**
   * Reads nothing yet.
   *
   * @param phases told the name of each phase when it begins
   */
  DemoOutput(Consumer<String> phases) {
    this.phases = phases;
  }

  @Override
  public void accept(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return;
    }
    if (matcher.group(1).equals("phase")) {
      phases.accept(matcher.group(2));
    } else {
      lines.put(matcher.group(1) + " " + matcher.group(2), matcher.group(3));
    }
  }

  /** The result, if the script came to its end. */
  Optional<DemoResult> result() {
    boolean attached = line("jland end").equals("state=enabled");
    if (!lines.containsKey("jland exit")
        || !lines.containsKey("jland frameloop")
        || attached && !lines.containsKey("jland after")) {
      return Optional.empty();
    }
    Map<String, Long> exit = FrameLoop.pairs(line("jland exit"));
    return Optional.of(
        new DemoResult(
            side("eevdf"),
            side("jland"),
            custody(),
            attached,
            exit.getOrDefault("status", 1L).intValue(),
            line("jland exit").endsWith("state=disabled")));
  }

  /** A scheduler that was evicted answers no more: nothing is known then. */
  private Custody custody() {
    return lines.containsKey("jland after")
        ? Custody.of(counters("jland before"), counters("jland after"))
        : new Custody(0, 0, 0, 0, 0, 0);
  }

  private DemoResult.Side side(String name) {
    Map<String, Long> load = FrameLoop.pairs(line(name + " load"));
    return new DemoResult.Side(
        FrameLoop.parse(line(name + " frameloop")),
        load.getOrDefault("cpu_ms", 0L),
        load.getOrDefault("switches", 0L));
  }

  private Map<String, Long> counters(String key) {
    Map<String, Long> counters = new HashMap<>();
    Matcher matcher = COUNTER.matcher(line(key));
    while (matcher.find()) {
      counters.put(matcher.group(1), Long.valueOf(matcher.group(2)));
    }
    return counters;
  }

  private String line(String key) {
    return lines.getOrDefault(key, "");
  }
}
