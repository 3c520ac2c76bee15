// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jland.scheduler.CustodyStep;
import org.jland.trace.TraceBuilder;
import org.jland.trace.TraceFile;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerfettoFileTest {
  @TempDir Path folder;

  /** A little of everything, and more than a bundle. */
  static SchedulingTrace everything() {
    TraceBuilder builder =
        new TraceBuilder()
            .task(1, 0, 1)
            .task(2, 0)
            .task(3, true, 1)
            .schedulerTid(7)
            .quietIdle(1)
            .lost(5)
            .fork(1, 0, 1, 4)
            .waking(10, 0, 1, 2)
            .step(11, 0, CustodyStep.QUEUED, 2, 1)
            .wakeup(12, 0, 1, 2)
            .step(20, 0, CustodyStep.SCHED_IN, 7, 1)
            .step(25, 0, CustodyStep.SCHED_OUT, 7, 0)
            .step(30, 0, CustodyStep.INSERTED, 2, -1)
            .sleep(40, 0, 1, 2)
            .step(41, 0, CustodyStep.FAST, 4, 1)
            .step(42, 0, CustodyStep.HANDOFF, 4, 0)
            .step(43, 0, CustodyStep.RULE, 3, -1)
            .step(44, 0, CustodyStep.STALE, 3, -3)
            .step(45, 0, CustodyStep.QUEUED, 3, 1)
            .step(46, 0, CustodyStep.CANCELLED, 3, -1)
            .step(47, 0, CustodyStep.SCHED_IN, 7, 1);
    for (int time = 50; time < 700; time++) {
      builder.preempt(time, 0, time % 2 + 1, (time + 1) % 2 + 1);
    }
    return builder.build();
  }

  private Path written() {
    Path file = folder.resolve("a.pftrace");
    TraceFile.write(everything(), file);
    return file;
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    SchedulingTrace read = TraceFile.read(written());
    SchedulingTrace expected = everything();
    assertEquals(expected.info(), read.info());
    assertEquals(expected.tasks(), read.tasks());
    assertEquals(expected.events(), read.events());
  }

  @Test
  void fileThatIsCutOffIsRefusedWhereverItEnds() throws IOException {
    byte[] whole = Files.readAllBytes(written());
    Path cut = folder.resolve("cut");
    for (int length = 1; length < 4000; length += 7) {
      Files.write(cut, Arrays.copyOf(whole, length));
      TraceException e = assertThrows(TraceException.class, () -> TraceFile.read(cut));
      assertTrue(e.getMessage().contains("cut off"), e.getMessage());
    }
  }

  @Test
  void foreignFilesAreRefused() throws IOException {
    Path file = folder.resolve("foreign");
    for (String text : new String[] {"", "hello world, this is no trace\n", "{\"a\":1}", "\n"}) {
      Files.writeString(file, text);
      TraceException e = assertThrows(TraceException.class, () -> TraceFile.read(file));
      assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    }
  }

  @Test
  void missingFileAndFolderAreNamed() {
    TraceException read =
        assertThrows(TraceException.class, () -> TraceFile.read(folder.resolve("none")));
    assertTrue(read.getMessage().endsWith("there is no such file"), read.getMessage());
    TraceException write =
        assertThrows(
            TraceException.class, () -> TraceFile.requireWritable(folder.resolve("no/where")));
    assertTrue(write.getMessage().contains("folder does not exist"), write.getMessage());
  }

  @Test
  void askingWhetherAFileCanBeWrittenLeavesNoneAndChangesNone() throws IOException {
    Path file = folder.resolve("new");
    TraceFile.requireWritable(file);
    assertTrue(Files.notExists(file));
    Files.writeString(file, "old");
    TraceFile.requireWritable(file);
    assertEquals("old", Files.readString(file));
  }

  @Test
  void fullDiskIsToldWithTheFix() {
    TraceException e =
        assertThrows(
            TraceException.class, () -> TraceFile.write(everything(), Path.of("/dev/full")));
    assertTrue(e.getMessage().contains("free some"), e.getMessage());
    assertFalse(Files.notExists(Path.of("/dev/full")));
  }
}
