// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jland.trace.Analysis;
import org.jland.trace.Recording;
import org.jland.trace.RecordingOptions;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceEvent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Recordings of real loads. */
@Tag("newest")
class TraceVmTest {
  @RegisterExtension final Guest guest = new Guest();

  @Test
  void recordingOfTheDefaultSchedulerHasSwitchesAndNoCustody() throws IOException {
    SchedulingTrace trace = record();
    System.out.println(trace.info() + " events " + trace.events().size());
    Analysis analysis = Analysis.of(trace);
    System.out.println(
        analysis.idleWhileRunnableShare()
            + " "
            + analysis.longestWaitNs()
            + " "
            + analysis.wakeUpLatencies());
    assertEquals(0, trace.info().lostEvents());
    assertTrue(count(trace, TraceEvent.Switch.class) > 100);
    assertEquals(0, count(trace, TraceEvent.Custody.class));
    assertNoInstance();
  }

  @Test
  void recordingOfJland() throws IOException {
    guest.attach("scx_jland");
    SchedulingTrace trace = record();
    System.out.println(trace.info() + " events " + trace.events().size());
    Analysis analysis = Analysis.of(trace);
    System.out.println(
        analysis.idleWhileRunnableShare()
            + " "
            + analysis.longestWaitNs()
            + " "
            + analysis.wakeUpLatencies());
    assertTrue(count(trace, TraceEvent.Custody.class) > 100);
    assertNoInstance();
  }

  private SchedulingTrace record() throws IOException {
    try (Recording recording = Recording.start(RecordingOptions.defaults())) {
      guest.run("hackbench", "-g", "1", "-l", "50");
      return recording.stop();
    }
  }

  private static long count(SchedulingTrace trace, Class<? extends TraceEvent> kind) {
    return trace.events().stream().filter(kind::isInstance).count();
  }

  private static void assertNoInstance() throws IOException {
    try (Stream<Path> left = Files.list(Path.of("/sys/kernel/tracing/instances"))) {
      assertEquals(List.of(), left.toList());
    }
  }
}
