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
  private static final long POLL_MS = 10;
  private static final int MAX_POLLS = 300;

  /** A compiler that uses less than this part of the time does not compile our code. */
  private static final int IDLE_PART = 10;

  private final List<Path> compilers = compilerThreads();

  /** Returns the CPU time that all compiler threads have used, ns; 0 if it can't be read. */
  long cpuTimeNs() {
    long sum = 0;
    for (Path thread : compilers) {
      sum += runtimeNs(thread);
    }
    return sum;
  }

  /** Waits until the compilers hardly run any more. */
  void awaitIdle() {
    long lastCpu = cpuTimeNs();
    long lastTime = System.nanoTime();
    for (int i = 0; i < MAX_POLLS; i++) {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      long cpu = cpuTimeNs();
      long time = System.nanoTime();
      if ((cpu - lastCpu) * IDLE_PART < time - lastTime) {
        return;
      }
      lastCpu = cpu;
      lastTime = time;
    }
  }

  private static List<Path> compilerThreads() {
    List<Path> threads = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(TASKS)) {
      for (Path thread : all) {
        String name = Files.readString(thread.resolve("comm"));
        if (name.startsWith("C1 Comp") || name.startsWith("C2 Comp")) {
          threads.add(thread.resolve("schedstat"));
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return threads;
  }

  private static long runtimeNs(Path schedstat) {
    try {
      String line = Files.readString(schedstat);
      return Long.parseLong(line, 0, line.indexOf(' '), 10);
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }
}
