// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that a test started, in a process group of its own, its output in a file. One owner
 * thread.
 */
final class Program implements AutoCloseable {
  private static final Duration END_PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final List<String> command;
  private final Path output;
  private boolean mayFail;

  private Program(Process process, List<String> command, Path output) {
    this.process = process;
    this.command = command;
    this.output = output;
  }

  static Program start(List<String> command, Map<String, String> environment, Path output)
      throws IOException {
    List<String> grouped = new ArrayList<>(List.of("setsid"));
    grouped.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(grouped)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new Program(builder.start(), command, output);
  }

  /** Its failure says nothing about the test. */
  void mayFail() {
    mayFail = true;
  }

  /** Its process number, and that of its process group: setsid turns into the program. */
  long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed so far, on both streams. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end and returns its status; fails the test if it does not end. */
  int await(Duration patience) {
    try {
      if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        fail(command + " did not end in " + patience.toSeconds() + " s:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Sends a signal to the program, not to its children. */
  void signal(String name) throws IOException {
    kill("-" + name, String.valueOf(pid()));
  }

  /** Sends a signal to the program and its children. */
  void signalGroup(String name) throws IOException {
    kill("-" + name, "--", "-" + pid());
  }

  /** Ends it with all its children, and fails the test if it had failed before. */
  @Override
  public void close() throws IOException {
    if (!process.isAlive()) {
      if (!mayFail && process.exitValue() != 0) {
        fail(command + " ended with status " + process.exitValue() + ":\n" + output());
      }
      return;
    }
    long group = pid();
    kill("-CONT", "--", "-" + group);
    kill("-TERM", "--", "-" + group);
    if (!Wait.until(END_PATIENCE, () -> !process.isAlive())) {
      kill("-KILL", "--", "-" + group);
      Wait.until(END_PATIENCE, () -> !process.isAlive());
    }
  }

  private static void kill(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/kill"));
    command.addAll(List.of(arguments));
    try {
      new ProcessBuilder(command).start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
