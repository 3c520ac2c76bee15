// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jland.os.Signals;
import org.jland.trace.Recording;
import org.jland.trace.RecordingOptions;
import org.jland.trace.model.SchedulingTrace;

/**
 * A command, or a time, that is recorded on this machine. A signal that asks to end ends the
 * recording, which is kept. The calling thread records; it sleeps meanwhile.
 */
final class TracedRun {
  private static final Duration WITHOUT_COMMAND = Duration.ofSeconds(5);
  private static final int CANNOT_RUN = 127;

  private final List<String> command;
  private final Duration duration;

  /**
   * What came of it.
   *
   * @param trace the recording
   * @param status that of the command; 0 if it outlived the recording, or there was none
   */
  record Result(SchedulingTrace trace, int status) {}

  /**
   * Plans it.
   *
   * @param command with its arguments; empty for none
   * @param duration how long at most; null for as long as the command, or 5 s
   */
  TracedRun(List<String> command, Duration duration) {
    this.command = command;
    this.duration = duration;
  }

  Result record(RecordingOptions options) throws IOException {
    CountDownLatch over = new CountDownLatch(1);
    try (Signals.Subscription _ =
            Signals.handle(EnumSet.allOf(Signals.Signal.class), signal -> over.countDown());
        Recording recording = Recording.start(options)) {
      if (command.isEmpty()) {
        await(over, duration == null ? WITHOUT_COMMAND : duration);
        return new Result(recording.stop(), 0);
      }
      Process process = start();
      process.onExit().thenRun(over::countDown);
      await(over, duration);
      SchedulingTrace trace = recording.stop();
      return new Result(trace, status(process));
    }
  }

  private Process start() {
    try {
      return new ProcessBuilder(command).inheritIO().start();
    } catch (IOException e) {
      throw new Failure("can't run " + command.getFirst() + ": " + e.getMessage(), CANNOT_RUN);
    }
  }

  /** A command that outlives the recording is ended; that is no failure of it. */
  private static int status(Process process) {
    if (!process.isAlive()) {
      return process.exitValue();
    }
    process.destroy();
    return 0;
  }

  /** Waits, for ever if {@code atMost} is null. */
  private static void await(CountDownLatch over, Duration atMost) {
    try {
      if (atMost == null) {
        over.await();
      } else {
        boolean _ = over.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
