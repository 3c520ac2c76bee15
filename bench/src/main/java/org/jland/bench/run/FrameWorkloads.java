// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jland.bench.Figure;
import org.jland.bench.Row;

/** What somebody sees and hears. */
final class FrameWorkloads {
  private static final String FAMILY = "interactive";

  /** Some schedulers keep a tenth of the frames: in less than this that share does not repeat. */
  private static final int SECONDS = 3;

  private static final int FPS = 60;
  private static final int US_PER_MS = 1000;

  /** Blocks of 64 samples at 48 kHz. */
  private static final int BLOCKS = 750;

  private static final int BLOCK_US = 200;

  private FrameWorkloads() {}

  static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    for (int ms : new int[] {1, 2, 4, 6}) {
      String what = "60 frames a second, " + ms + " ms of CPU each";
      for (Background background : List.of(Background.BUILD, Background.HOGS)) {
        String name = "frames-" + ms + "ms-" + (background == Background.BUILD ? "build" : "hogs");
        boolean quick = ms == 4 && background == Background.BUILD;
        all.add(loop(name, what, ms * US_PER_MS, FPS, background, quick));
      }
    }
    String audio =
        "audio, 64 samples at 48 kHz, " + BLOCK_US + " us of CPU each, one CPU if in a guest";
    all.add(onOneCpu(loop("audio-build", audio, BLOCK_US, BLOCKS, Background.BUILD, false)));
    all.add(onOneCpu(loop("audio-hogs", audio, BLOCK_US, BLOCKS, Background.HOGS, false)));
    return all;
  }

  /**
   * An emulated CPU that loses its turn loses a millisecond or so, and whoever runs there is
   * charged for it: several times what such a block takes. One CPU has no turns to lose.
   */
  private static Workload onOneCpu(Workload load) {
    return new SizedWorkload(load, 1, false);
  }

  private static Workload loop(
      String name, String what, int cpuUs, int rate, Background background, boolean quick) {
    return new CommandWorkload(
        new Row(
            name,
            FAMILY,
            what + ", " + background.what(),
            List.of(
                Figure.higher("on_time", "%"),
                Figure.lower("worst_gap", "us"),
                Figure.lower("wake_p99", "us"),
                CommandWorkload.KEPT)),
        // As long as that: a build is many programs, which the emulator has to translate.
        background == Background.BUILD ? 11 : SECONDS + 1,
        quick,
        background,
        "frameloop",
        stage -> List.of(String.valueOf(cpuUs), String.valueOf(rate), String.valueOf(SECONDS)),
        output -> read(output, rate));
  }

  static Map<String, Double> read(String output, int rate) throws WorkloadException {
    Map<String, Double> pairs = Output.pairs(output, "frameloop");
    if (pairs.getOrDefault("frames", 0.0) != SECONDS * rate) {
      throw new WorkloadException("the frame loop did not run to its end: " + output.strip());
    }
    return Map.of(
        "on_time", 100 * pairs.get("on_time") / pairs.get("frames"),
        "worst_gap", pairs.get("worst_gap_us"),
        "wake_p99", pairs.get("wake_p99_us"));
  }
}
