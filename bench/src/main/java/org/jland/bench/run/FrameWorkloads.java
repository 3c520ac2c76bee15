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
  private static final int SECONDS = 2;
  private static final int FPS = 60;

  private FrameWorkloads() {}

  static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    for (int ms : new int[] {1, 2, 4, 6}) {
      all.add(frames(ms, Background.BUILD, "build"));
      all.add(frames(ms, Background.HOGS, "hogs"));
    }
    return all;
  }

  private static Workload frames(int ms, Background background, String beside) {
    return new CommandWorkload(
        new Row(
            "frames-" + ms + "ms-" + beside,
            FAMILY,
            "60 frames a second, " + ms + " ms of CPU each, " + background.what(),
            List.of(
                Figure.higher("on_time", "%"),
                Figure.lower("worst_gap", "us"),
                Figure.lower("wake_p99", "us"),
                CommandWorkload.KEPT)),
        SECONDS + 1,
        ms == 4 && background == Background.BUILD,
        background,
        "frameloop",
        stage -> List.of(String.valueOf(ms), String.valueOf(SECONDS)),
        FrameWorkloads::read);
  }

  static Map<String, Double> read(String output) throws WorkloadException {
    Map<String, Double> pairs = Output.pairs(output, "frameloop");
    if (pairs.getOrDefault("frames", 0.0) != SECONDS * FPS) {
      throw new WorkloadException("the frame loop did not run to its end: " + output.strip());
    }
    return Map.of(
        "on_time", 100 * pairs.get("on_time") / pairs.get("frames"),
        "worst_gap", pairs.get("worst_gap_us"),
        "wake_p99", pairs.get("wake_p99_us"));
  }
}
