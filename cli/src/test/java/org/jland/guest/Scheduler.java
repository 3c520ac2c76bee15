// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jland.bpf.SchedExt;
import org.jland.stats.Metrics;
import org.jland.stats.StatsClient;

/** A scheduler of the package that a test started. One owner thread. */
final class Scheduler {
  static final Path SOCKET = Path.of("/var/run/scx/root/stats");
  private static final Pattern CONSERVATION =
      Pattern.compile(
          "queued (\\d+) = dispatched (\\d+) \\+ cancelled (\\d+) \\+ in custody (\\d+)");
  private static final Pattern PAGE_FAULTS = Pattern.compile("(\\d+) page faults");

  private final Program program;

  Scheduler(Program program) {
    this.program = program;
  }

  Program program() {
    return program;
  }

  /** What it has printed so far. */
  String output() {
    return program.output();
  }

  /** Waits until the kernel has it and it says so; fails if it ends instead. */
  void awaitAttached() {
    boolean attached =
        Wait.until(Guest.PATIENCE, () -> !program.isAlive() || output().contains("attached"));
    if (!attached || !program.isAlive()) {
      fail("the scheduler did not attach:\n" + output());
    }
    assertEquals("enabled", Guest.state(), this::output);
  }

  /** Whether the kernel still has a scheduler of ours. */
  boolean isAttached() {
    return SchedExt.host().attachedOps().filter(ops -> ops.contains("jl")).isPresent();
  }

  /** A connection to its stats; the first reading is the baseline. */
  StatsClient stats() {
    Optional<StatsClient> client = StatsClient.connect(SOCKET);
    assertTrue(client.isPresent(), () -> "nobody serves " + SOCKET + ":\n" + output());
    return client.get();
  }

  /** Gauges now; counters are 0. */
  Metrics gauges() throws IOException {
    try (StatsClient client = stats()) {
      return client.stats();
    }
  }

  /** Ends it as systemd would, and checks that it ended in good order. */
  void stop() throws IOException {
    assertTrue(program.isAlive(), () -> "the scheduler had ended:\n" + output());
    program.signal("TERM");
    assertEquals(0, awaitEnd(), this::output);
    assertTrue(output().contains("EXIT: "), this::output);
    assertConserved();
  }

  /** Waits for its end and returns its status. */
  int awaitEnd() {
    return program.await(Guest.PATIENCE);
  }

  /** Checks its closing report: no task is lost and none is left. */
  void assertConserved() {
    Matcher matcher = CONSERVATION.matcher(output());
    assertTrue(matcher.find(), () -> "no conservation line:\n" + output());
    long queued = Long.parseLong(matcher.group(1));
    long accounted = 0;
    for (int i = 2; i <= 4; i++) {
      accounted += Long.parseLong(matcher.group(i));
    }
    assertEquals(queued, accounted, this::output);
  }

  /** The page faults that its closing report counts. */
  long pageFaults() {
    Matcher matcher = PAGE_FAULTS.matcher(output());
    assertTrue(matcher.find(), () -> "no page faults in the report:\n" + output());
    return Long.parseLong(matcher.group(1));
  }
}
