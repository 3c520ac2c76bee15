// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Listens to a build: passes on what matters to its reader and counts the tests. One thread. */
final class MavenOutput implements Consumer<String> {
  private static final Pattern TESTS =
      Pattern.compile(".*Tests run: (\\d+), Failures: (\\d+), Errors: (\\d+), Skipped: (\\d+)(.*)");
  private static final Pattern WORTH_SHOWING =
      Pattern.compile("\\[ERROR\\].*|\\[INFO\\] BUILD .*|bpf/.*|NOT CHECKED: .*");

  /** How a test says, on a line of its own, that what it needs from outside can't be had. */
  private static final String NOT_CHECKED = "NOT CHECKED: ";

  private final Consumer<String> lines;
  private final List<String> closing = new ArrayList<>();
  private Tally tally = Tally.NONE;
  private boolean offlineMiss;

  MavenOutput(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void accept(String line) {
    offlineMiss |= line.contains("in offline mode");
    Matcher tests = TESTS.matcher(line);
    if (tests.matches()) {
      if (tests.group(5).isEmpty()) {
        count(tests);
        closing.add(line.replaceFirst("^\\[\\w+\\] ", ""));
      } else {
        lines.accept(line);
      }
    } else if (WORTH_SHOWING.matcher(line).matches()) {
      lines.accept(line);
      if (line.startsWith(NOT_CHECKED)) {
        closing.add(line);
      }
    }
  }

  /** Surefire's closing lines, one a module, and what was not checked. */
  List<String> closing() {
    return List.copyOf(closing);
  }

  /** What they add up to. */
  Tally tally() {
    return tally;
  }

  /** Whether the build failed for something that is not in Maven's cache. */
  boolean missedSomethingOffline() {
    return offlineMiss;
  }

  private void count(Matcher tests) {
    int run = Integer.parseInt(tests.group(1));
    int failed = Integer.parseInt(tests.group(2)) + Integer.parseInt(tests.group(3));
    int skipped = Integer.parseInt(tests.group(4));
    tally = tally.plus(new Tally(run - failed - skipped, failed, skipped));
  }
}
