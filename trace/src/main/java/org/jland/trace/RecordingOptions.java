// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

/**
 * How to record.
 *
 * @param bufferMib room for each CPU, MiB; 0 takes a sixteenth of the memory for all together, 64
 *     MiB for each at most. A task switch takes about 70 bytes, a wake-up 80
 * @param custody whether jland's BPF side tells its steps, if a jland scheduler runs
 */
public record RecordingOptions(int bufferMib, boolean custody) {
  /** The largest size of a CPU's buffer. */
  public static final int MAX_MIB = 4096;

  /** Checks the range. */
  public RecordingOptions {
    if (bufferMib < 0 || bufferMib > MAX_MIB) {
      throw new IllegalArgumentException("buffer of " + bufferMib + " MiB");
    }
  }

  /** Room as the machine has it, custody included. */
  public static RecordingOptions defaults() {
    return new RecordingOptions(0, true);
  }
}
