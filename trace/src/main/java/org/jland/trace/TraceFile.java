// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jland.os.TrustedPath;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceException;
import org.jland.trace.perfetto.PerfettoFile;
import org.jland.trace.perfetto.PerfettoReader;

/** Recordings in files of Perfetto's format. Stateless. */
public final class TraceFile {
  private TraceFile() {}

  /**
   * Fails unless a file can be written there, before anything is recorded for it. Changes nothing.
   *
   * @throws TraceException if it can't
   */
  public static void requireWritable(Path file) {
    boolean existed = Files.exists(file);
    try {
      TrustedPath.append(file).close();
      if (!existed) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  /**
   * Writes a recording; what was there is replaced. If it fails, nothing is left.
   *
   * @throws TraceException if the file can't be written, for want of room for example
   */
  public static void write(SchedulingTrace trace, Path file) {
    try {
      PerfettoFile.write(trace, file);
    } catch (IOException e) {
      remove(file);
      throw failed("write", file, e);
    }
  }

  /**
   * Reads a recording.
   *
   * @throws TraceException if the file is not there, not ours, or not whole
   */
  public static SchedulingTrace read(Path file) {
    try {
      return PerfettoReader.read(file);
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  private static void remove(Path file) {
    try {
      if (Files.isRegularFile(file)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      // The error that is told names the file.
    }
  }

  private static TraceException failed(String verb, Path file, IOException e) {
    String reason =
        switch (e) {
          case NoSuchFileException _ ->
              verb.equals("read") ? "there is no such file" : "its folder does not exist: make it";
          case AccessDeniedException _ -> "permission denied: choose another file, or run as root";
          case FileSystemException f when f.getReason() != null -> f.getReason();
          default -> e.getMessage();
        };
    if (reason != null && reason.contains("No space left")) {
      reason = "no room there: free some, or record for a shorter time";
    }
    return new TraceException("can't " + verb + " " + file + ": " + reason, e);
  }
}
