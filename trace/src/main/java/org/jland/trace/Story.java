// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One wait in words. Stateless. */
final class Story {
  private static final double NS_PER_S = 1e9;

  private Story() {}

  static String of(Wait wait, long startNs) {
    List<String> parts = new ArrayList<>();
    parts.add(cause(wait));
    long last = wait.sinceNs();
    if (wait.queuedNs() > 0) {
      last = part(parts, last, wait.queuedNs(), "given to user space");
      if (wait.run() != null && wait.run().inNs() >= wait.queuedNs()) {
        last = part(parts, last, wait.run().inNs(), "the scheduler thread got a CPU");
        if (wait.run().outNs() > 0 && wait.run().outNs() <= wait.placedNs()) {
          last = part(parts, last, wait.run().outNs(), "it had decided");
        }
      }
    }
    if (wait.placedNs() > 0) {
      last = part(parts, last, wait.placedNs(), placed(wait));
    } else if (wait.queuedNs() > 0) {
      parts.add("no decision was carried out");
    }
    String end =
        wait.cpu() == Wait.NO_CPU ? "the recording ended" : "CPU " + wait.cpu() + " ran it";
    part(parts, last, wait.untilNs(), end);
    return String.format(
        Locale.ROOT,
        "%s: %s %d, at %.6f s: %s",
        Report.time(wait.lengthNs()),
        wait.comm(),
        wait.pid(),
        (wait.sinceNs() - startNs) / NS_PER_S,
        String.join("; ", parts));
  }

  /** Adds what happened next, and how much later. */
  private static long part(List<String> parts, long last, long now, String what) {
    parts.add(now > last ? what + " " + Report.time(now - last) + " later" : what + " at once");
    return Math.max(last, now);
  }

  private static String cause(Wait wait) {
    String waker =
        wait.wakerPid() == 0
            ? "an interrupt on an idle CPU"
            : (wait.wakerComm().isEmpty() ? "task" : wait.wakerComm()) + " " + wait.wakerPid();
    return switch (wait.cause()) {
      case BEFORE -> "it waited when the recording began";
      case WOKEN -> "woken by " + waker;
      case NEW -> "made by " + waker;
      case PREEMPTED -> "it had to leave its CPU";
    };
  }

  private static String placed(Wait wait) {
    return switch (wait.path()) {
      case FAST -> "the fast path gave it CPU " + wait.target();
      case HANDOFF -> "its waker's place on CPU " + wait.target() + " was handed to it";
      case RULE -> "a kernel rule inserted it";
      case STANDING -> "its last decision, which stands, inserted it";
      case USER_SPACE, KERNEL ->
          wait.target() >= 0
              ? "its decision, CPU " + wait.target() + ", was carried out"
              : wait.target() == Wait.NO_CPU
                  ? "its decision, any CPU, was carried out"
                  : "its decision, LLC " + (-2 - wait.target()) + ", was carried out";
    };
  }
}
