// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import java.util.Locale;

/** What a difference is worth. */
public enum Verdict {
  /** The medians are no further apart than the runs of one side. */
  NONE,
  /** An improvement beyond the spread. */
  BETTER,
  /** The opposite. */
  WORSE;

  /** In lower case, as it is shown. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
