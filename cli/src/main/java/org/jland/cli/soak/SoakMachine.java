// SPDX-License-Identifier: Apache-2.0
package org.jland.cli.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the soak reads of the machine. */
final class SoakMachine {

  private SoakMachine() {}

  /**
   * What a process keeps, to see whether it grows.
   *
   * @param fds open files
   * @param threads its threads
   * @param rssKib resident memory, KiB
   */
  record Footprint(long fds, long threads, long rssKib) {
    /** What may come and go without being a leak. */
    private static final int FEW = 8;

    private static final int RSS_SLACK_KIB = 24 * 1024;

    /** Whether it has grown by more than what comes and goes. */
    boolean exceeds(Footprint earlier) {
      return fds > earlier.fds + FEW
          || threads > earlier.threads + FEW
          || rssKib > earlier.rssKib + RSS_SLACK_KIB;
    }
  }

  static Footprint footprint(long pid) throws IOException {
    Path process = Path.of("/proc", String.valueOf(pid));
    return new Footprint(
        entries(process.resolve("fd")),
        entries(process.resolve("task")),
        rssKib(process.resolve("status")));
  }

  private static long entries(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }

  private static long rssKib(Path status) throws IOException {
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0);
  }

  /** How many BPF maps there are: those of a scheduler that is gone must be gone. */
  static long bpfMaps() throws IOException {
    return output("bpftool", "map", "show").stream()
        .filter(line -> line.matches("[0-9]+: .*"))
        .count();
  }

  /** The kernel's log. */
  static List<String> kernelLog() throws IOException {
    return output("dmesg");
  }

  /** Runs a short program and returns what it printed; its status does not matter. */
  static List<String> output(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return text.lines().toList();
  }
}
