// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A program that a test started, whose failure is the test's. One owner thread. */
final class Program implements AutoCloseable {
  private final org.jland.bench.process.Program process;
  private boolean mayFail;

  private Program(org.jland.bench.process.Program process) {
    this.process = process;
  }

  static Program start(List<String> command, Map<String, String> environment, Path output)
      throws IOException {
    return new Program(org.jland.bench.process.Program.start(command, environment, output));
  }

  /** Its failure says nothing about the test. */
  void mayFail() {
    mayFail = true;
  }

  /** Its process number, and that of its process group. */
  long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed so far, on both streams. */
  String output() {
    return process.output();
  }

  /** Waits for its end and returns its status; fails the test if it does not end. */
  int await(Duration patience) {
    try {
      if (!process.await(patience)) {
        fail(process.name() + " did not end in " + patience.toSeconds() + " s:\n" + output());
      }
      return process.status();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Sends a signal to the program, not to its children. */
  void signal(String name) {
    process.signal(name);
  }

  /** Sends a signal to the program and its children. */
  void signalGroup(String name) {
    process.signalGroup(name);
  }

  /** Ends it with all its children, and fails the test if it had failed before. */
  @Override
  public void close() {
    boolean failed = !isAlive() && !mayFail && process.status() != 0;
    process.close();
    if (failed) {
      fail(process.name() + " ended with status " + process.status() + ":\n" + output());
    }
  }
}
