// SPDX-License-Identifier: Apache-2.0
package org.jland.cli.soak;

import java.util.List;

/** What a round of the soak runs beside its wake-up loop. */
enum SoakLoad {
  /** More that compute than CPUs. */
  CPU("stress-ng", "--cpu", "4"),
  /** Pairs that hand a token on. */
  SWITCH("stress-ng", "--switch", "2"),
  /** Short-lived processes. */
  FORK("stress-ng", "--fork", "2"),
  /** Short-lived threads. */
  THREADS("stress-ng", "--pthread", "1", "--pthread-max", "32"),
  /** Those that give their CPU away. */
  YIELD("stress-ng", "--yield", "2"),
  /** Many writers and readers. */
  PIPES("stress-ng", "--pipe", "3"),
  /** Locks. */
  FUTEX("stress-ng", "--futex", "2"),
  /** Timers. */
  TIMERS("stress-ng", "--timerfd", "1", "--clock", "1"),
  /** Memory that comes and goes. */
  MEMORY("stress-ng", "--vm", "2", "--vm-bytes", "96m"),
  /** Tasks that change the CPUs they may use. */
  AFFINITY("stress-ng", "--affinity", "2"),
  /** Tasks that change their nice value. */
  NICE("stress-ng", "--nice", "1"),
  /** Files. */
  FILES("stress-ng", "--dentry", "1", "--temp-path", "/dev/shm");

  private final List<String> command;

  SoakLoad(String... command) {
    this.command = List.of(command);
  }

  /** The program; it goes on until it is ended. */
  List<String> command() {
    return command;
  }
}
