// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

/**
 * All that the demo measured.
 *
 * @param eevdf under the kernel's default scheduler
 * @param jland under scx_jland
 * @param custody what scx_jland did with the tasks meanwhile
 * @param attachedToTheEnd whether it was still attached when the frame loop had ended
 * @param exitStatus of scx_jland, when it was told to end
 * @param restored whether the default scheduler was back after that
 */
record DemoResult(
    Side eevdf,
    Side jland,
    Custody custody,
    boolean attachedToTheEnd,
    int exitStatus,
    boolean restored) {

  /**
   * One scheduler's half.
   *
   * @param frames of the frame loop
   * @param compileCpuMs CPU time that the compile got meanwhile, ms
   * @param switches context switches of the machine meanwhile
   */
  record Side(FrameLoop frames, long compileCpuMs, long switches) {}

  /** Whether the kernel threw the scheduler out. */
  boolean evicted() {
    return !attachedToTheEnd || exitStatus != 0 || !restored;
  }

  /** Whether everything that must hold holds. */
  boolean holds() {
    return !evicted() && custody.holds();
  }
}
