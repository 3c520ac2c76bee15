// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program in a process group of its own, its output in a file. One owner thread.
 *
 * <p>It is a session, too: autogroups follow sessions, so who measures turns them off.
 */
public final class Program implements AutoCloseable {
  private static final Duration TERM_PATIENCE = Duration.ofSeconds(30);
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(30);
  private static final int TAIL_LINES = 3;

  private final Process process;
  private final List<String> command;
  private final Path output;

  private Program(Process process, List<String> command, Path output) {
    this.process = process;
    this.command = command;
    this.output = output;
  }

  /**
   * Starts one.
   *
   * @param environment added to that of this process
   * @param output gets both its streams
   * @throws IOException if there is no such program; one line
   */
  public static Program start(List<String> command, Map<String, String> environment, Path output)
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

  /** Its process number, and that of its process group: setsid turns into the program. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit status, once it has ended. */
  public int status() {
    return process.exitValue();
  }

  /** What it has printed so far. */
  public String output() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The end of its output on one line, for messages. */
  public String lastWords() {
    List<String> lines = output().lines().filter(line -> !line.isBlank()).toList();
    String words =
        String.join(" / ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    return words.isEmpty() ? "it said nothing" : words;
  }

  /** The program's name, as in messages. */
  public String name() {
    return String.join(" ", command);
  }

  /** Waits for its end; whether it came in time. */
  public boolean await(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Sends a signal to it, but not to its children: {@code TERM}. */
  public void signal(String signal) {
    kill(signal, String.valueOf(pid()));
  }

  /** Ends it with all that it started, be it stopped or not. */
  @Override
  public void close() {
    try {
      if (process.isAlive()) {
        signalGroup("CONT");
        signalGroup("TERM");
      }
      if (!await(TERM_PATIENCE)) {
        signalGroup("KILL");
        await(KILL_PATIENCE);
      } else {
        signalGroup("KILL"); // children that outlived it
      }
    } catch (InterruptedException e) {
      signalGroup("KILL");
      Thread.currentThread().interrupt();
    }
  }

  /** Sends a signal to it and its children. */
  public void signalGroup(String signal) {
    kill(signal, "-" + pid());
  }

  private void kill(String signal, String whom) {
    try {
      new ProcessBuilder("kill", "-" + signal, "--", whom)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
