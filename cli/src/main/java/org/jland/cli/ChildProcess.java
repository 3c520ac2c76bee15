// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.jland.os.Signals;

/** Children on this machine. None outlives the JVM. */
final class ChildProcess {
  private static final long PATIENCE_S = 20;

  private ChildProcess() {}

  /**
   * Runs a child to its end and copies what it prints, as it comes.
   *
   * @return its exit status
   */
  static int run(ProcessBuilder builder, OutputStream out, OutputStream err) throws IOException {
    Process process = builder.start();
    process.getOutputStream().close();
    Thread errors = Thread.ofVirtual().start(() -> copy(process.getErrorStream(), err));
    return guarded(
        process,
        () -> {
          copy(process.getInputStream(), out);
          errors.join();
          return process.waitFor();
        });
  }

  /**
   * Runs a child in this process's place: it gets the streams and every signal that asks to end,
   * and says with which status.
   */
  static int standIn(ProcessBuilder builder) throws IOException {
    Process process = builder.inheritIO().start();
    try (Signals.Subscription _ =
        Signals.handle(EnumSet.allOf(Signals.Signal.class), signal -> process.destroy())) {
      return process.waitFor();
    } catch (InterruptedException e) {
      stop(process);
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
  }

  private interface Wait {
    int get() throws InterruptedException;
  }

  /** Ends the child first if this JVM is told to end. */
  private static int guarded(Process process, Wait wait) {
    Thread hook = new Thread(() -> stop(process), "jland-end-child");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return wait.get();
    } catch (InterruptedException e) {
      stop(process);
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is ending: the hook does its work.
      }
    }
  }

  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(InputStream from, OutputStream to) {
    try {
      byte[] buffer = new byte[8192];
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        to.write(buffer, 0, n);
        to.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
