// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jland.scheduler.RunningScheduler;
import org.jland.stats.MetricsFormat;
import org.jland.stats.MetricsSource;
import org.jland.stats.Monitor;
import org.jland.stats.StatsClient;
import org.jland.stats.StatsException;
import org.jland.stats.StatsServer;

/**
 * Does beside an attached scheduler what may block: the message, the lines of {@code --stats}, the
 * stats server, word of bypasses.
 *
 * <p>It is told of the attachment on a thread that soon ends, so the message is this one's. And
 * every page that is mapped while memory is locked counts as a page fault of the scheduler. So all
 * threads are started, and one request is answered, before anything is attached.
 */
final class Companion implements AutoCloseable {

  private static final long JOIN_MS = 1_000;
  private static final long WARM_UP_MS = 2_000;

  private final CompletableFuture<RunningScheduler> attached = new CompletableFuture<>();
  private final CountDownLatch warm = new CountDownLatch(1);
  private final Thread thread;
  private final Thread watcher;
  private final StatsServer server;
  private final PrintStream out;
  private final PrintStream err;
  private volatile MetricsSource metrics = into -> {};

  /**
   * Starts the server, with zeros for now, and waits until that and its threads are warm.
   *
   * @param watch tells when Java was late
   * @param lastResort ends the process if the scheduler does not end
   * @param server is started here and closed at the end
   * @param message is printed when the scheduler is attached
   * @param stats interval of lines of metrics, or null
   * @param out gets those lines
   * @param err gets the message
   */
  Companion(
      LatenessWatch watch,
      LastResort lastResort,
      StatsServer server,
      String message,
      Duration stats,
      PrintStream out,
      PrintStream err) {
    this.server = server;
    this.out = out;
    this.err = err;
    server.start(into -> metrics.sample(into));
    this.thread = new Thread(() -> accompany(message, stats), "jland-app");
    thread.setDaemon(true);
    thread.start();
    this.watcher = new Thread(() -> watch(watch, lastResort), "jland-watch");
    watcher.setDaemon(true);
    watcher.start();
    leaveStackInCache();
    await(warm);
  }

  /**
   * Lets a thread come and go. libc keeps its stack for the next one, which is that of the signal
   * that ends the scheduler.
   */
  private static void leaveStackInCache() {
    Thread shortLived = new Thread(() -> {}, "jland-stack");
    shortLived.start();
    join(shortLived);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(WARM_UP_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes the scheduler. Does not block. */
  void attached(RunningScheduler scheduler) {
    metrics = scheduler.metrics();
    attached.complete(scheduler);
  }

  private void accompany(String message, Duration stats) {
    try {
      warmUp();
      attached.get();
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

  private void watch(LatenessWatch watch, LastResort lastResort) {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(LatenessWatch.INTERVAL_MS);
        look(watch, lastResort);
      }
    } catch (InterruptedException | IllegalStateException e) {
      // It has ended, and its memory may be gone.
    }
  }

  private void look(LatenessWatch watch, LastResort lastResort) {
    RunningScheduler scheduler = attached.getNow(null);
    try {
      if (scheduler != null) {
        watch.look(scheduler, System.nanoTime());
      }
      lastResort.look(scheduler);
    } catch (OutOfMemoryError e) {
      // The policy's doing, and for the scheduler thread to notice: it will be given up.
    }
  }

  /** Loads the classes, and fills the buffers, of both ends of the socket. */
  private void warmUp() {
    Optional<StatsClient> client = StatsClient.connect(server.path());
    if (client.isPresent()) {
      try (StatsClient self = client.get()) {
        MetricsFormat.line(self.stats());
      } catch (IOException e) {
        // Warming up is all that this is for.
      }
    }
    warm.countDown();
  }

  /** Ends the lines and the server. */
  @Override
  public void close() {
    thread.interrupt();
    watcher.interrupt();
    join(thread);
    join(watcher);
    server.close();
  }
}
