// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jland.trace.Analysis;
import org.jland.trace.Report;
import org.jland.trace.TraceFile;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files at random. -Djland.fuzz.seed=N repeats a run; failures name it. */
class HostileTraceTest {
  private static final long SEED = Long.getLong("jland.fuzz.seed", System.nanoTime());
  private static final int FILES = 5_000;

  private final SplittableRandom random = new SplittableRandom(SEED);
  @TempDir Path dir;

  @Test
  void aFileIsReadAndReportedOrRefusedInOneLine() throws IOException {
    ByteArrayOutputStream good = new ByteArrayOutputStream();
    PerfettoFile.write(PerfettoFileTest.everything(), good);
    byte[] whole = good.toByteArray();
    Path file = dir.resolve("a.pftrace");
    int read = 0;
    for (int i = 0; i < FILES; i++) {
      Files.write(file, spoilt(whole));
      try {
        SchedulingTrace trace = TraceFile.read(file);
        read++;
        String report = Report.of(Analysis.of(trace));
        assertTrue(report.chars().noneMatch(c -> c != '\n' && c != '\t' && c < ' '), report);
      } catch (TraceException e) {
        assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
      } catch (RuntimeException | Error e) {
        fail("seed " + SEED + ", file " + i, e);
      }
    }
    assertTrue(read > 0 && read < FILES, read + " of " + FILES + " read, seed " + SEED);
  }

  private byte[] spoilt(byte[] whole) {
    byte[] bytes = whole.clone();
    switch (random.nextInt(4)) {
      case 0 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      case 1 -> {
        bytes = new byte[random.nextInt(1, 300)];
        random.nextBytes(bytes);
      }
      default -> {
        for (int n = random.nextInt(1, 6); n > 0; n--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
    }
    return bytes;
  }
}
