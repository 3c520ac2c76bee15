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
  private static final Path OWN = Path.of("/proc/thread-self/schedstat");
  private static final String RUNNABLE = " R ";
  private static final long POLL_MS = 5;
  private static final int MAX_POLLS = 600;

  /** A compiler that rests is seen to rest this often in a row. */
  private static final int IDLE_POLLS = 3;

  /** A compiler that uses less than this part of the time does not compile our code. */
  private static final int IDLE_PART = 10;

  private final List<Path> compilers = compilerThreads();

  /** Returns the CPU time that all compiler threads have used, ns; 0 if it can't be read. */
  long cpuTimeNs() {
    long sum = 0;
    for (Path thread : compilers) {
      sum += runtimeNs(thread.resolve("schedstat"));
    }
    return sum;
  }

  /** Returns the CPU time that the calling thread has used, ns; 0 if it can't be read. */
  static long ownCpuTimeNs() {
    return runtimeNs(OWN);
  }

  /**
   * Waits until the compilers hardly run any more. On a busy machine they may get little CPU time
   * and have much to do: one that is runnable is not idle.
   */
  void awaitIdle() {
    long lastCpu = cpuTimeNs();
    long lastTime = System.nanoTime();
    int idle = 0;
    for (int i = 0; i < MAX_POLLS && idle < IDLE_POLLS; i++) {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      long cpu = cpuTimeNs();
      long time = System.nanoTime();
      boolean rests = (cpu - lastCpu) * IDLE_PART < time - lastTime && !anyRunnable();
      idle = rests ? idle + 1 : 0;
      lastCpu = cpu;
      lastTime = time;
    }
  }

  private boolean anyRunnable() {
    for (Path thread : compilers) {
      try {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.startsWith(RUNNABLE, stat.lastIndexOf(')') + 1)) {
          return true;
        }
      } catch (IOException e) {
        // A compiler thread that ended has no work.
      }
    }
    return false;
  }

  private static List<Path> compilerThreads() {
    List<Path> threads = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(TASKS)) {
      for (Path thread : all) {
        String name = Files.readString(thread.resolve("comm"));
        if (name.startsWith("C1 Comp") || name.startsWith("C2 Comp")) {
          threads.add(thread);
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
