// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a scheduler with {@code --verbose} writes to the kernel's trace. */
final class KernelTrace {
  private static final Path TRACING = Path.of("/sys/kernel/tracing");
  private static final Pattern DISPATCHED =
      Pattern.compile(
          " (\\d+)\\.(\\d{6}): bpf_trace_printk: jland: dispatched pid=(\\d+) cpu=(-?\\d+)"
              + " vtime=(\\d+)");
  private static final long NS_PER_S = 1_000_000_000;
  private static final long NS_PER_US = 1_000;

  /** A decision that was carried out, at a time in ns of CLOCK_MONOTONIC, to the microsecond. */
  record Dispatched(long ns, int pid, int cpu, long vtime) {}

  private KernelTrace() {}

  /** Empties the trace. */
  static void clear() throws IOException {
    Files.writeString(TRACING.resolve("trace_clock"), "mono");
    Files.writeString(TRACING.resolve("trace"), "");
  }

  /** All decisions since the trace was emptied, or the last ones if it was full. */
  static List<Dispatched> dispatched() throws IOException {
    return DISPATCHED
        .matcher(Files.readString(TRACING.resolve("trace")))
        .results()
        .map(KernelTrace::decision)
        .toList();
  }

  private static Dispatched decision(MatchResult match) {
    return new Dispatched(
        Long.parseLong(match.group(1)) * NS_PER_S + Long.parseLong(match.group(2)) * NS_PER_US,
        Integer.parseInt(match.group(3)),
        Integer.parseInt(match.group(4)),
        Long.parseLong(match.group(5)));
  }
}
