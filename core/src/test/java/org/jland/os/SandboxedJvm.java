// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program under the filter: says of each thing that it tries whether it worked, on its main
 * thread and on one that was there before.
 */
final class SandboxedJvm {

  /** Something that may be refused. */
  interface Attempt {
    void make() throws Exception;
  }

  private SandboxedJvm() {}

  public static void main(String[] args) throws Exception {
    Thread early = new Thread(SandboxedJvm::waitForTheFilter);
    early.start();
    SyscallFilter.install();
    early.join();
    attempt("exec", () -> new ProcessBuilder("/bin/true").start().waitFor());
    attempt("inet", () -> SocketChannel.open(StandardProtocolFamily.INET).close());
    attempt("unix", () -> ServerSocketChannel.open(StandardProtocolFamily.UNIX).close());
    attempt("thread", SandboxedJvm::makeThread);
    attempt("kill parent", () -> OsProcess.kill((int) parent(), 0));
    attempt("signal self", () -> OsProcess.kill(OsProcess.pid(), 0));
  }

  private static void waitForTheFilter() {
    try {
      while (!status("Seccomp").equals("2")) {
        Thread.sleep(1);
      }
      System.out.println("no_new_privs of the early thread: " + status("NoNewPrivs"));
      attempt("exec early", () -> new ProcessBuilder("/bin/true").start().waitFor());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String status(String field) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/task/" + OsThread.currentTid() + "/status"))
        .stream()
        .filter(line -> line.startsWith(field + ":"))
        .findFirst()
        .orElseThrow()
        .replaceAll(".*\\s", "");
  }

  private static void makeThread() throws InterruptedException {
    Thread thread = new Thread(() -> {});
    thread.start();
    thread.join();
  }

  private static long parent() {
    return ProcessHandle.current().parent().orElseThrow().pid();
  }

  private static void attempt(String name, Attempt attempt) {
    try {
      attempt.make();
      System.out.println(name + ": done");
    } catch (Exception e) {
      System.out.println(name + ": refused");
    }
  }
}
