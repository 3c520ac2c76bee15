// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jland.cli.FrameLoop;
import org.jland.cli.GuestPrograms;

/** The programs that run beside a scheduler, and what they say. */
final class Workloads {
  private static final Duration LONG = Duration.ofMinutes(6);
  private static final Pattern HACKBENCH = Pattern.compile("Time: ([0-9.]+)");
  private static final Pattern SWITCHES =
      Pattern.compile("metrc:.* switch +\\d+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +([0-9.]+)");
  private static final Pattern INVOLUNTARY =
      Pattern.compile("nonvoluntary_ctxt_switches:\\s+(\\d+)");

  private final Guest guest;
  private static final Path AUTOGROUP = Path.of("/proc/sys/kernel/sched_autogroup_enabled");
  private final Path programs;

  private Workloads(Guest guest, Path programs) {
    this.guest = guest;
    this.programs = programs;
  }

  /** Makes the programs of this boot, if no test did before. */
  static Workloads of(Guest guest) throws IOException {
    Path programs = Path.of("/tmp/jland-workloads");
    if (!Files.exists(programs.resolve("frameloop"))) {
      GuestPrograms.extract(programs);
      guest.run(
          "gcc",
          "-O2",
          "-o",
          programs.resolve("frameloop").toString(),
          programs.resolve("frameloop.c").toString());
      guest.run("sh", programs.resolve("compileload.sh").toString(), "make", load(programs), "32");
    }
    return new Workloads(guest, programs);
  }

  /**
   * How many of 300 frames are on time: 60 a second with 4 ms of CPU each, beside make -j8. Without
   * autogroups: they give the loop, which is a session of its own here and would not be under a
   * shell, half the machine.
   */
  double framesOnTimeBesideBuild() throws IOException {
    Files.writeString(AUTOGROUP, "0");
    String script = programs.resolve("compileload.sh").toString();
    Path progress = Path.of(load(programs), "progress");
    Files.writeString(progress, "");
    Program build = guest.start("sh", script, "run", load(programs), "8");
    build.mayFail(); // its compilers are ended in the middle of a file
    Wait.until(LONG, () -> progress.toFile().length() > 0);
    String line = guest.run(LONG, programs.resolve("frameloop").toString(), "4000", "60", "5");
    guest.run("sh", script, "stop", load(programs));
    FrameLoop frames = FrameLoop.parse(line);
    System.out.println("measured: " + frames);
    return frames.onTime();
  }

  /** Seconds that {@code hackbench -g 4 -l 200} takes. */
  double hackbench() throws IOException {
    return number(HACKBENCH, guest.run(LONG, "hackbench", "-g", "4", "-l", "200"));
  }

  /** Context switches per second between pairs of processes. */
  double switchesPerSecond() throws IOException {
    return number(
        SWITCHES, guest.run(LONG, "stress-ng", "--switch", "2", "--timeout", "2", "--metrics"));
  }

  /** How often the programs' threads, and their children's, had to leave a CPU. */
  static long involuntarySwitches(Program program) {
    return LongStream.concat(
            LongStream.of(program.pid()),
            ProcessHandle.of(program.pid())
                .map(handle -> handle.descendants().mapToLong(ProcessHandle::pid))
                .orElse(LongStream.empty()))
        .map(Workloads::involuntarySwitches)
        .sum();
  }

  private static long involuntarySwitches(long pid) {
    try {
      Matcher matcher = INVOLUNTARY.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
      return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    } catch (IOException e) {
      return 0; // it has just ended
    }
  }

  private static double number(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new AssertionError("no " + pattern + " in:\n" + output);
    }
    return Double.parseDouble(matcher.group(1));
  }

  /** The middle one of an odd number of values. */
  static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static String load(Path programs) {
    return programs.resolve("load").toString();
  }
}
