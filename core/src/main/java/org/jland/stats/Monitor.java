// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Prints a line of metrics every interval: {@code --monitor} and {@code --stats}. Waits for a
 * scheduler that is not there yet, and connects anew to one that restarted. Uses the caller's
 * thread until that is interrupted or nobody reads the output any more.
 */
public final class Monitor {

  private static final int LINES_PER_HEADER = 20;
  private static final Duration RETRY = Duration.ofMillis(250);

  private final Path path;
  private final Duration interval;
  private final PrintStream out;
  private final PrintStream log;
  private int lines;
  private boolean waiting;

  /**
   * Makes a monitor.
   *
   * @param path of the stats socket
   * @param interval between two lines
   * @param out gets the lines
   * @param log told, once, that no scheduler is there
   */
  public Monitor(Path path, Duration interval, PrintStream out, PrintStream log) {
    this.path = path;
    this.interval = interval;
    this.out = out;
    this.log = log;
  }

  /**
   * Prints until interrupted.
   *
   * @throws StatsException if the socket can't be used; one line with the fix
   */
  public void run() {
    try {
      while (!Thread.interrupted() && !out.checkError()) {
        Optional<StatsClient> client = StatsClient.connect(path);
        if (client.isPresent()) {
          waiting = false;
          follow(client.get());
        } else if (!waiting) {
          waiting = true;
          log.println("no scheduler at " + path + " yet: waiting");
        }
        Thread.sleep(RETRY);
      }
    } catch (InterruptedException e) {
      // That is how it is asked to end.
    }
  }

  /** Prints until the scheduler goes away. */
  private void follow(StatsClient client) throws InterruptedException {
    try (client) {
      client.stats(); // sets the baseline
      while (!out.checkError()) {
        Thread.sleep(interval);
        Metrics metrics = client.stats();
        if (lines++ % LINES_PER_HEADER == 0) {
          out.println(MetricsFormat.header());
        }
        out.println(MetricsFormat.line(metrics));
        out.flush();
      }
    } catch (IOException e) {
      // It ended or restarts: look for it again.
    }
  }
}
