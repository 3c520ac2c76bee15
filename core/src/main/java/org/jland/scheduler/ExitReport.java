// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import org.jland.os.TerminalText;

/**
 * Why the kernel let go of a scheduler. Immutable.
 *
 * @param kind the kernel's {@code enum scx_exit_kind}, 0 if it never let go
 * @param code the exit code of a normal end: {@code SCX_ECODE_*} bits
 * @param reason the kernel's text for the kind, may be empty
 * @param msg what it adds, may be empty
 * @param dump the state of all CPUs and tasks at an error, may be empty
 */
public record ExitReport(int kind, long code, String reason, String msg, String dump) {

  /** {@code SCX_EXIT_UNREG}: detached by user space. */
  public static final int UNREG = 64;

  /** {@code SCX_EXIT_UNREG_BPF}: the BPF side asked for it. */
  public static final int UNREG_BPF = 65;

  /** {@code SCX_EXIT_UNREG_KERN}: the kernel did, for example at a CPU hotplug. */
  public static final int UNREG_KERN = 66;

  /** {@code SCX_ECODE_ACT_RESTART}: start again. */
  public static final long ACT_RESTART = 1L << 48;

  /** {@code SCX_ECODE_RSN_HOTPLUG}: a CPU came or went. */
  public static final long RSN_HOTPLUG = 1L << 32;

  /** What the kernel says at a CPU hotplug, for one that was noticed by us. */
  static final ExitReport HOTPLUG =
      new ExitReport(
          UNREG_KERN, ACT_RESTART | RSN_HOTPLUG, "a CPU came or went before the attach", "", "");

  private static final String RULE = "=".repeat(80);

  /** Replaces missing texts by empty ones; names of tasks in them can't steer a terminal. */
  public ExitReport {
    reason = reason == null ? "" : TerminalText.printable(reason.strip());
    msg = msg == null ? "" : TerminalText.printable(msg.strip());
    dump = dump == null ? "" : TerminalText.printable(dump.strip());
  }

  /** Returns whether this is an orderly end; everything else is an eviction. */
  public boolean isNormal() {
    return kind <= UNREG_KERN;
  }

  /** Returns whether the scheduler should read the topology anew and attach again. */
  public boolean wantsRestart() {
    return (kind == UNREG_BPF || kind == UNREG_KERN) && (code & ACT_RESTART) != 0;
  }

  /** Returns whether a CPU that came or went ended it. */
  public boolean isHotplug() {
    return wantsRestart() && (code & RSN_HOTPLUG) != 0;
  }

  /** Returns {@code EXIT: reason (msg)} on one line. */
  public String line() {
    String why = reason.isEmpty() ? "kind " + kind : reason;
    return "EXIT: " + why + (msg.isEmpty() ? "" : " (" + msg.replace('\n', ' ') + ")");
  }

  /** Returns the dump between two rules, an empty string if there is none. */
  public String framedDump() {
    String nl = System.lineSeparator();
    return dump.isEmpty() ? "" : "KERNEL DUMP" + nl + RULE + nl + dump + nl + RULE + nl;
  }

  @Override
  public String toString() {
    return line();
  }
}
