// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Page faults of one thread, from the kernel's account of it. Readable from any thread; not for the
 * scheduler's loop.
 */
final class ThreadFaults {

  /** Fields of {@code /proc/PID/stat} behind the name: minflt is the 8th, majflt the 10th. */
  private static final int MINOR = 7;

  private static final int MAJOR = 9;

  private final Path stat;
  private long base;
  private long frozen = -1;

  /**
   * Counts from zero.
   *
   * @param tid the thread, of this process
   */
  ThreadFaults(int tid) {
    this(Path.of("/proc/self/task/" + tid + "/stat"));
  }

  ThreadFaults(Path stat) {
    this.stat = stat;
  }

  /**
   * Starts to count.
   *
   * @param total the thread's faults until then, as the kernel counts them
   */
  synchronized void countFrom(long total) {
    base = total;
  }

  /** Ends the count: {@link #count()} stays as it is now. */
  synchronized void freeze() {
    if (frozen < 0) {
      frozen = total() - base;
    }
  }

  /** Returns the faults from {@link #countFrom} to now, or to {@link #freeze()}. */
  synchronized long count() {
    return frozen < 0 ? total() - base : frozen;
  }

  private long total() {
    try {
      String line = Files.readString(stat);
      int state = line.lastIndexOf(')') + 2;
      return field(line, state, MINOR) + field(line, state, MAJOR);
    } catch (IOException e) {
      return base;
    }
  }

  /**
   * The number that stands so many fields behind a place in the text. Without a string for each
   * field: whatever is called for each of 52 is compiled some minutes later, beside the loads.
   */
  private static long field(String line, int from, int fields) {
    int start = from;
    for (int i = 0; i < fields; i++) {
      start = line.indexOf(' ', start) + 1;
    }
    return Long.parseLong(line, start, line.indexOf(' ', start), 10);
  }
}
