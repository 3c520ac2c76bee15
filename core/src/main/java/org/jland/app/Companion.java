// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jland.scheduler.RunningScheduler;
import org.jland.stats.Monitor;
import org.jland.stats.StatsException;
import org.jland.stats.StatsServer;

/**
 * Does beside an attached scheduler what may block: the stats server's start, the message, the
 * lines of {@code --stats}. Its daemon thread is started before the scheduler attaches, because the
 * scheduler thread, which reports the attachment, must neither print nor make threads.
 */
final class Companion implements AutoCloseable {

  private static final long JOIN_MS = 1_000;

  private final CompletableFuture<RunningScheduler> attached = new CompletableFuture<>();
  private final Thread thread;
  private final StatsServer server;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * Starts waiting.
   *
   * @param server is started when the scheduler is attached
   * @param message is printed then
   * @param stats interval of lines of metrics, or null
   * @param out gets those lines
   * @param err gets the message
   */
  Companion(StatsServer server, String message, Duration stats, PrintStream out, PrintStream err) {
    this.server = server;
    this.out = out;
    this.err = err;
    this.thread = new Thread(() -> accompany(message, stats), "jland-app");
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes the scheduler. Does not block. */
  void attached(RunningScheduler scheduler) {
    attached.complete(scheduler);
  }

  private void accompany(String message, Duration stats) {
    try {
      server.start(attached.get().metrics());
      err.println(message);
      if (stats != null) {
        new Monitor(server.path(), stats, out, err).run();
      }
    } catch (InterruptedException e) {
      // It has ended.
    } catch (ExecutionException | StatsException e) {
      err.println(e.getMessage());
    }
  }

  /** Ends the lines and the server. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.close();
  }
}
