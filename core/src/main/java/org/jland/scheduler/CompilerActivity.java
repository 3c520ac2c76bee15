// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How busy the JIT compilers of this process are, from the kernel's account of their threads: the
 * JVM has no call that tells whether its compile queue is empty. Before the scheduler is attached
 * only.
 */
final class CompilerActivity {

  private static final Path TASKS = Path.of("/proc/self/task");
  private static final long QUIET_MS = 20;
  private static final int MAX_WAITS = 500;

  /** Returns the CPU time that all compiler threads have used, ns; 0 if it can't be read. */
  long cpuTimeNs() {
    long sum = 0;
    for (Path thread : compilerThreads()) {
      sum += runtimeNs(thread);
    }
    return sum;
  }

  /**
   * Waits until the compilers have not run for a while.
   *
   * @return their CPU time then, ns
   */
  long awaitIdle() {
    long last = cpuTimeNs();
    for (int i = 0; i < MAX_WAITS; i++) {
      try {
        TimeUnit.MILLISECONDS.sleep(QUIET_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return last;
      }
      long now = cpuTimeNs();
      if (now == last) {
        return now;
      }
      last = now;
    }
    return last;
  }

  private static List<Path> compilerThreads() {
    List<Path> threads = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(TASKS)) {
      for (Path thread : all) {
        if (Files.readString(thread.resolve("comm")).matches("C[12] Compiler.*\\n")) {
          threads.add(thread);
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return threads;
  }

  private static long runtimeNs(Path thread) {
    try {
      return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }
}
