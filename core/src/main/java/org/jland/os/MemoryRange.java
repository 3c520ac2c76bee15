// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.util.ArrayList;
import java.util.List;

/**
 * A mapping of a process, a line of {@code /proc/PID/maps}. Immutable.
 *
 * @param start first address
 * @param end address behind it
 * @param permissions as in {@code rw-p}
 * @param name the file, a name in brackets, or empty
 */
record MemoryRange(long start, long end, String permissions, String name) {

  private static final int FIELDS = 6;

  /** The JVM's file of all classes: what is used of it was loaded to the heap long ago. */
  private static final String CLASS_FILE = "/lib/modules";

  /** Returns the mappings in a text of {@code /proc/PID/maps}. */
  static List<MemoryRange> parse(List<String> maps) {
    List<MemoryRange> ranges = new ArrayList<>();
    for (String line : maps) {
      String[] fields = line.split(" +", FIELDS);
      int dash = fields[0].indexOf('-');
      ranges.add(
          new MemoryRange(
              Long.parseUnsignedLong(fields[0], 0, dash, 16),
              Long.parseUnsignedLong(fields[0], dash + 1, fields[0].length(), 16),
              fields[1],
              fields.length == FIELDS ? fields[FIELDS - 1] : ""));
    }
    return ranges;
  }

  /** Returns whether a page fault here could hold the scheduler up. */
  boolean isNeeded() {
    return permissions.startsWith("r") && !name.endsWith(CLASS_FILE) && !name.startsWith("[v");
  }

  /** Returns whether the kernel might move its pages between NUMA nodes by itself. */
  boolean isBalanced() {
    return isNeeded() && permissions.endsWith("p");
  }

  /** Returns whether it is a file's code. */
  boolean isCode() {
    return permissions.contains("x") && name.startsWith("/");
  }

  /** Returns its size in bytes. */
  long bytes() {
    return end - start;
  }
}
