// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.io.IOException;
import org.jland.os.OsProcess;

/**
 * Keeps the scheduler from being the kernel's first choice when memory is short: all that it has is
 * locked, so it looks large, and killing it frees little. Restores the setting when closed.
 */
final class OomScore implements AutoCloseable {

  /** Others come first, unless they have a tenth of the memory in all. */
  static final int WANTED = -900;

  private final int before;

  private OomScore(int before) {
    this.before = before;
  }

  /** Lowers it; one that is lower stays. Warns on standard error if the kernel refuses. */
  static OomScore lower() {
    int before = 0;
    try {
      before = OsProcess.oomScoreAdj();
      OsProcess.setOomScoreAdj(Math.min(before, WANTED));
    } catch (IOException e) {
      System.err.println(
          "warning: can't set oom_score_adj ("
              + e.getMessage()
              + "): the kernel may kill the scheduler when memory is short");
    }
    return new OomScore(before);
  }

  @Override
  public void close() {
    try {
      OsProcess.setOomScoreAdj(before);
    } catch (IOException e) {
      System.err.println("warning: can't restore oom_score_adj: " + e.getMessage());
    }
  }
}
