// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

/** The words by which a recording finds its own events in a file again. */
final class Names {
  /** Category of all events of jland. */
  static final String CATEGORY = "jland";

  static final String RECORDING = "recording";
  static final String TASKS = "tasks";

  static final String FORMAT = "format";
  static final long FORMAT_VERSION = 1;
  static final String KERNEL = "kernel";
  static final String SCHEDULER = "scheduler";
  static final String SCHEDULER_TID = "scheduler_tid";
  static final String CPUS = "cpus";
  static final String QUIET_IDLE = "quiet_idle";
  static final String START = "start_ns";
  static final String END = "end_ns";
  static final String ASKED = "asked_ns";
  static final String CUSTODY = "custody";
  static final String LOST = "lost_events";

  static final String STEP = "step";
  static final String PID = "pid";
  static final String CPU = "cpu";
  static final String GENERATION = "generation";
  static final String TARGET = "target";
  static final String FLAGS = "flags";

  static final String KTHREAD = "kthread";
  static final String STARVED = "starved";

  private Names() {}
}
