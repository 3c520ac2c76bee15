// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Children of this JVM. None outlives it, whether it ends by itself or by a signal. */
final class HostProcess {
  /** What every program says of a full disk in the locale C. */
  static final String DISK_FULL = "No space left on device";

  private static final long TERM_SECONDS = 10;

  private HostProcess() {}

  /** What a finished child left. */
  record Output(int status, String stdout, String stderr) {
    /** Whether it failed for want of disk space. */
    boolean isDiskFull() {
      return status != 0 && stderr.contains(DISK_FULL);
    }

    /** An exception that starts with {@code message} and ends with the cause the child told. */
    IOException failure(String message) {
      return new IOException(message + ": " + (isDiskFull() ? DISK_FULL : cause()));
    }

    /** apt's first error, which the later ones only follow from, or else the last line. */
    private String cause() {
      List<String> lines = (stdout + "\n" + stderr).lines().filter(l -> !l.isBlank()).toList();
      return lines.stream()
          .filter(line -> line.startsWith("E: "))
          .findFirst()
          .orElse(lines.isEmpty() ? "exit status " + status : lines.getLast())
          .strip();
    }
  }

  /** Runs a command in {@code directory} to its end, stdin empty, locale C. */
  static Output run(Path directory, List<String> command) throws IOException {
    Path stderr = Files.createTempFile("jland-vm", ".err");
    try (var _ = ExitActions.register(() -> FileTree.deleteQuietly(stderr))) {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(directory.toFile()).redirectError(stderr.toFile());
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
      Process process = builder.start();
      try (var _ = ExitActions.register(() -> stop(process))) {
        process.getOutputStream().close();
        String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(waitFor(process), stdout, Files.readString(stderr));
      }
    }
  }

  /** As {@link #run}, and a failure is an exception that starts with {@code doing}. */
  static Output require(String doing, Path directory, List<String> command) throws IOException {
    Output output = run(directory, command);
    if (output.status() != 0) {
      throw output.failure(doing + " failed");
    }
    return output;
  }

  /** Ends a child: asks, waits, then insists. A child that has ended is left alone. */
  static void stop(Process process) {
    if (!process.isAlive()) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(TERM_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw GuestException.setup("interrupted while waiting for " + process.info());
    }
  }
}
