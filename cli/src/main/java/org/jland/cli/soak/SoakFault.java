// SPDX-License-Identifier: Apache-2.0
package org.jland.cli.soak;

/** What a round of the soak does to the scheduler or the machine. */
enum SoakFault {
  /** The process is stopped for a second, and goes on. */
  STOP_SHORT,
  /** The process is stopped for eight seconds: longer than the kernel's watchdog waits. */
  STOP_LONG,
  /** The process is killed, and started again. */
  KILL,
  /** The process is asked to end, and started again. */
  TERMINATE,
  /** A thread dump: all threads at a safepoint. */
  THREAD_DUMP,
  /** A CPU goes and comes. */
  HOTPLUG,
  /** All of the scheduler's threads may use one CPU only, for a second. */
  PIN_SCHEDULER,
  /** A real-time task keeps a CPU, as far as the kernel lets it, for two seconds. */
  REAL_TIME_HOG,
  /** A control group with busy tasks is frozen for a second. */
  FREEZE,
  /** The wall clock jumps by two hours, and back. */
  CLOCK_JUMP,
  /** Clients of the stats socket that send nonsense. */
  HOSTILE_CLIENTS
}
