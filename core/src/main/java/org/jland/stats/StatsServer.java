// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Serves metrics over a unix socket, to several clients at once. All work is done on one daemon
 * thread that never waits for a client. Public methods: any thread, one caller at a time.
 */
public final class StatsServer implements AutoCloseable {

  /** Where clients of sched_ext schedulers look. */
  public static final Path DEFAULT_PATH = Path.of("/var/run/scx/root/stats");

  /** Clients beyond this many are sent away. */
  static final int MAX_CLIENTS = 64;

  private static final long ACCEPT_PAUSE_MS = 100;
  private static final long JOIN_MS = 2_000;

  private final StatsSocket socket;
  private final Selector selector;
  private Thread thread;
  private volatile boolean closed;

  private StatsServer(StatsSocket socket, Selector selector) {
    this.socket = socket;
    this.selector = selector;
  }

  /**
   * Takes the socket. Clients that connect wait until {@link #start}.
   *
   * @param path of the socket; its folders are made if need be
   * @return the server, to be closed
   * @throws StatsException if the socket is taken or can't be made; one line with the fix
   */
  public static StatsServer bind(Path path) {
    StatsSocket socket = StatsSocket.bind(path);
    try {
      Selector selector = Selector.open();
      socket.channel().configureBlocking(false);
      socket.channel().register(selector, SelectionKey.OP_ACCEPT);
      return new StatsServer(socket, selector);
    } catch (IOException e) {
      socket.close();
      throw new StatsException("stats socket " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Begins to answer. Called once.
   *
   * @param source read on the server's thread
   */
  public void start(MetricsSource source) {
    Objects.requireNonNull(source, "source");
    if (thread != null) {
      throw new IllegalStateException("already started");
    }
    thread = new Thread(() -> serve(source), "jland-stats");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns the path of the socket. */
  public Path path() {
    return socket.path();
  }

  private void serve(MetricsSource source) {
    try {
      while (!closed) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid() && key.attachment() == null) {
            accept(source);
          } else if (key.isValid()) {
            proceed(key);
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException | UncheckedIOException e) {
      if (!closed) {
        System.err.println("stats server ended: " + e.getMessage());
      }
    }
  }

  private void accept(MetricsSource source) throws IOException {
    SocketChannel channel;
    try {
      channel = socket.channel().accept();
    } catch (IOException e) {
      // Out of file descriptors, for instance; the client still waits and select() won't block.
      pause();
      return;
    }
    if (channel == null) {
      return;
    }
    if (selector.keys().size() > MAX_CLIENTS) {
      channel.close();
      return;
    }
    channel.configureBlocking(false);
    StatsConnection connection = new StatsConnection(channel, source);
    channel.register(selector, SelectionKey.OP_READ, connection);
  }

  /** Whatever goes wrong with a client ends that client's connection only. */
  private static void proceed(SelectionKey key) throws IOException {
    StatsConnection connection = (StatsConnection) key.attachment();
    int interest;
    try {
      interest = connection.proceed();
    } catch (IOException | RuntimeException e) {
      interest = 0;
    }
    if (interest == 0) {
      key.cancel();
      connection.channel().close();
    } else {
      key.interestOps(interest);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(ACCEPT_PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends all connections and removes the socket. Closing twice does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    selector.wakeup();
    join();
    for (SelectionKey key : selector.keys()) {
      if (key.attachment() instanceof StatsConnection connection) {
        closeQuietly(connection.channel());
      }
    }
    socket.close();
    closeQuietly(selector);
  }

  /** Waits until the thread reads the source no more: its memory may be unmapped next. */
  private void join() {
    if (thread == null) {
      return;
    }
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // The other side is gone; there is nobody to tell.
    }
  }
}
