// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.nio.file.Path;
import java.time.Duration;
import org.jland.scheduler.SchedulerConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every scheduler: those of scx_rustland, and where the stats socket is. */
@Command(
    sortOptions = false,
    sortSynopsis = false,
    usageHelpAutoWidth = true,
    footerHeading = "%nExit status:%n",
    footer = {
      "  0  detached in good order: a signal, or the kernel's request",
      "  1  could not start, or evicted by the kernel (its dump is printed)",
      "  2  invalid command line or SCX_TIMEOUT_MS",
      "",
      "SCX_TIMEOUT_MS in the environment: how long a task may wait, in ms (1 to",
      "30000), before the kernel evicts the scheduler; 5000 if unset."
    })
final class SchedulerOptions {

  private static final String TIMEOUT_VARIABLE = "SCX_TIMEOUT_MS";
  private static final long NS_PER_US = 1_000;
  private static final long DEFAULT_SLICE_US_MIN = 1_000;

  @Option(
      names = {"-s", "--slice-us"},
      paramLabel = "US",
      defaultValue = "20000",
      converter = SliceUs.class,
      description = "How long a task may run at most, in microseconds (${DEFAULT-VALUE}).")
  private long sliceUs;

  @Option(
      names = {"-S", "--slice-us-min"},
      paramLabel = "US",
      converter = SliceUs.class,
      description =
          "The shortest slice while tasks compete, in microseconds (1000, or the slice if that is"
              + " shorter).")
  private Long sliceUsMin;

  @Option(
      names = {"-l", "--percpu-local"},
      description = "Give a task that may use one CPU only straight to that CPU.")
  private boolean percpuLocal;

  @Option(
      names = {"-n", "--numa-local"},
      description = "Prefer an idle CPU of a task's own NUMA node.")
  private boolean numaLocal;

  @Option(
      names = {"-p", "--partial"},
      description = "Schedule only tasks whose policy is SCHED_EXT, not all normal ones.")
  private boolean partial;

  @Option(
      names = "--stall-ms",
      paramLabel = "MS",
      defaultValue = "100",
      converter = StallMs.class,
      description = {
        "When Java is late by more than this, in milliseconds, the kernel side schedules by",
        "itself until it is back (${DEFAULT-VALUE}); 0: never."
      })
  private long stallMs;

  @Option(
      names = "--exit-dump-len",
      paramLabel = "BYTES",
      defaultValue = "0",
      converter = DumpBytes.class,
      description = "Room for the kernel's dump after an error; 0 is the kernel's default.")
  private long exitDumpLen;

  @Option(
      names = {"-v", "--verbose"},
      description =
          "Say more: times of the start, libbpf's log after an error, events in trace_pipe.")
  private boolean verbose;

  @Option(
      names = "--stats",
      paramLabel = "SEC",
      converter = Seconds.class,
      description = "Schedule, and print a line of metrics every SEC seconds (0.5 is allowed).")
  private Duration stats;

  @Option(
      names = "--monitor",
      paramLabel = "SEC",
      converter = Seconds.class,
      description = "Print the metrics of the running scheduler; start none.")
  private Duration monitor;

  @Option(
      names = "--stats-socket",
      paramLabel = "PATH",
      defaultValue = "/var/run/scx/root/stats",
      description = "Where metrics are served and looked for (${DEFAULT-VALUE}).")
  private Path statsSocket;

  @Option(
      names = "--no-sandbox",
      description =
          "Keep all capabilities and system calls, for a debugger or a policy that needs them.")
  private boolean noSandbox;

  @Option(names = "--help-stats", description = "Explain the metrics.")
  private boolean helpStats;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  private boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this.")
  private boolean help;

  SchedulerOptions() {}

  /** An invalid combination of options, or an invalid environment variable. */
  static final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /**
   * Checks what no option can check for itself.
   *
   * @throws UsageException in one line
   */
  void checkTogether() {
    if (sliceUsMin() > sliceUs) {
      throw new UsageException(
          "--slice-us-min "
              + sliceUsMin()
              + " is above --slice-us "
              + sliceUs
              + ": lower it or raise --slice-us");
    }
  }

  /**
   * Reads {@code SCX_TIMEOUT_MS}.
   *
   * @param value the variable's, or null
   * @return ms
   * @throws UsageException in one line
   */
  static int timeoutMs(String value) {
    if (value == null || value.isBlank()) {
      return SchedulerConfig.DEFAULT_TIMEOUT_MS;
    }
    try {
      return Math.toIntExact(new TimeoutMs().convert(value.strip()));
    } catch (TypeConversionException e) {
      throw new UsageException(
          "invalid " + TIMEOUT_VARIABLE + " in the environment: " + e.getMessage());
    }
  }

  private long sliceUsMin() {
    return sliceUsMin == null ? Math.min(DEFAULT_SLICE_US_MIN, sliceUs) : sliceUsMin;
  }

  SchedulerConfig config(String name, int timeoutMs, long hotplugSeq) {
    return new SchedulerConfig(
        name,
        sliceUs * NS_PER_US,
        sliceUsMin() * NS_PER_US,
        percpuLocal,
        numaLocal,
        partial,
        (int) exitDumpLen,
        verbose,
        timeoutMs,
        hotplugSeq,
        (int) stallMs);
  }

  boolean verbose() {
    return verbose;
  }

  Duration stats() {
    return stats;
  }

  Duration monitor() {
    return monitor;
  }

  Path statsSocket() {
    return statsSocket;
  }

  boolean sandbox() {
    return !noSandbox;
  }

  boolean helpStats() {
    return helpStats;
  }

  boolean version() {
    return version;
  }

  boolean help() {
    return help;
  }

  /** A slice. */
  static final class SliceUs extends WholeNumber {
    SliceUs() {
      super("microseconds", 1, 1_000_000);
    }
  }

  /** The length of the dump: it takes locked memory. */
  static final class DumpBytes extends WholeNumber {
    DumpBytes() {
      super("bytes", 0, 16 << 20);
    }
  }

  /** The safety net's patience. */
  static final class StallMs extends WholeNumber {
    StallMs() {
      super("milliseconds", 0, SchedulerConfig.MAX_STALL_MS);
    }
  }

  /** The watchdog's patience. */
  static final class TimeoutMs extends WholeNumber {
    TimeoutMs() {
      super("milliseconds", 1, SchedulerConfig.MAX_TIMEOUT_MS);
    }
  }

  /** An interval. */
  static final class Seconds implements ITypeConverter<Duration> {
    private static final double MIN = 0.01;
    private static final double MAX = 86_400;

    @Override
    public Duration convert(String text) {
      try {
        double seconds = Double.parseDouble(text);
        if (seconds >= MIN && seconds <= MAX) {
          return Duration.ofNanos(Math.round(seconds * 1e9));
        }
      } catch (NumberFormatException e) {
        // Told below, like a number out of bounds.
      }
      throw new TypeConversionException(
          "'" + text + "' is no number of seconds from " + MIN + " to " + (long) MAX);
    }
  }
}
