// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.io.IOException;
import org.jland.os.OsProcess;

/**
 * Keeps the scheduler from being the kernel's first choice when memory is short: all that it has is
 * locked, so it looks large, and killing it frees little. Restores the setting when closed. Who may
 * not lower it (CAP_SYS_RESOURCE) schedules all the same; a unit sets {@code OOMScoreAdjust}.
 */
final class OomScore implements AutoCloseable {

  /** Others come first, unless they have a tenth of the memory at most. */
  private static final int WANTED = -900;

  private static final int UNCHANGED = Integer.MAX_VALUE;

  private final int before;

  private OomScore(int before) {
    this.before = before;
  }

  /** Lowers it; one that is lower stays. */
  static OomScore lower() {
    try {
      int before = OsProcess.oomScoreAdj();
      if (before > WANTED) {
        OsProcess.setOomScoreAdj(WANTED);
        return new OomScore(before);
      }
    } catch (IOException e) {
      // Not allowed.
    }
    return new OomScore(UNCHANGED);
  }

  @Override
  public void close() {
    if (before != UNCHANGED) {
      try {
        OsProcess.setOomScoreAdj(before);
      } catch (IOException e) {
        // The process is about to end anyway.
      }
    }
  }
}
