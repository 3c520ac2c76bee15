// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Executors;

/**
 * An HTTP server with a virtual thread for each request: what a Java service asks of a scheduler.
 * It answers every request with 612 bytes of text, the size of the page that nginx installs, and
 * runs until it is killed. A client of another process loads it.
 */
public final class HttpServerLoad {
  private static final int BODY_BYTES = 612;
  private static final int BACKLOG = 1024;

  private HttpServerLoad() {}

  /**
   * Serves on a free port of the loopback interface.
   *
   * @param args a file to be made when the server is ready, whose text is the port
   * @throws IOException if there is no port, or the file can't be written
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: HttpServerLoad PORT_FILE");
      System.exit(2);
    }
    final byte[] body = ("x".repeat(BODY_BYTES - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(any, BACKLOG);
    server.createContext("/", exchange -> answer(exchange, body));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    publish(server.getAddress().getPort(), Path.of(args[0]));
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Who waits for the file finds it whole. */
  private static void publish(int port, Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(unfinished, port + "\n");
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
