// SPDX-License-Identifier: Apache-2.0
package org.jland.topology;

import java.util.BitSet;

/** The kernel's text form of a set of CPUs: {@code 0-3,8,10-11}. Stateless. */
final class CpuList {

  /** No kernel has more; a damaged file can't make us reserve memory for billions. */
  static final int MAX_CPUS = 1 << 16;

  private CpuList() {}

  /**
   * Reads a list.
   *
   * @param text the list; empty for no CPU
   * @throws IllegalArgumentException if it is none
   */
  static BitSet parse(String text) {
    BitSet cpus = new BitSet();
    if (text.isEmpty()) {
      return cpus;
    }
    for (String range : text.split(",", -1)) {
      int dash = range.indexOf('-');
      int first = number(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : number(range.substring(dash + 1));
      if (last < first) {
        throw new IllegalArgumentException("range " + range);
      }
      cpus.set(first, last + 1);
    }
    return cpus;
  }

  private static int number(String digits) {
    int number = Integer.parseUnsignedInt(digits);
    if (number < 0 || number >= MAX_CPUS) {
      throw new IllegalArgumentException("CPU " + digits);
    }
    return number;
  }
}
