// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

import java.util.List;

/**
 * One workload of the suite.
 *
 * @param name what {@code --only} selects, for example {@code hackbench}
 * @param family the group whose geometric mean it counts for
 * @param what one line: what runs, and how it is checked
 * @param figures what it yields; the first one is what the row is judged by
 * @param schedulersOnly whether the kernel's default scheduler has nothing to show in it
 */
public record Row(
    String name, String family, String what, List<Figure> figures, boolean schedulersOnly) {

  /** A row for every scheduler. */
  public Row(String name, String family, String what, List<Figure> figures) {
    this(name, family, what, figures, false);
  }

  /** Checks that there is a figure to judge by. */
  public Row {
    figures = List.copyOf(figures);
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("row " + name + " has no figure");
    }
  }
}
