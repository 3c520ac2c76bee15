// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jland.bpf.SchedExt;
import org.jland.os.LockedMemory;

/**
 * Says in one line what stands in the way of a scheduler, before anything is loaded. Each message
 * names the fix.
 */
final class HostCheck {

  /** What a scheduler locks at most, bytes. */
  static final long LOCKED_BYTES = 160L << 20;

  /** {@code PROC_PID_INIT_INO} in the kernel. */
  private static final String FIRST_PID_NS = "pid:[4026531836]";

  private static final int CAP_IPC_LOCK = 14;
  private static final int CAP_SYS_ADMIN = 21;
  private static final int CAP_PERFMON = 38;
  private static final int CAP_BPF = 39;
  private static final Duration LEAVING = Duration.ofSeconds(5);
  private static final long POLL_MS = 20;

  private final SchedExt schedExt;
  private final Path proc;

  /**
   * Checks a machine.
   *
   * @param sys stands for {@code /sys}
   * @param proc stands for {@code /proc}
   */
  HostCheck(Path sys, Path proc) {
    this.schedExt = new SchedExt(sys.resolve("kernel/sched_ext"));
    this.proc = proc;
  }

  /** Returns the machine's sched_ext. */
  SchedExt schedExt() {
    return schedExt;
  }

  /**
   * Checks everything.
   *
   * @param memlock RLIMIT_MEMLOCK
   * @throws StartException if a scheduler can't start
   */
  void check(LockedMemory.Limit memlock) {
    if (!schedExt.isSupported()) {
      throw new StartException(
          "this kernel has no sched_ext (no /sys/kernel/sched_ext):"
              + " boot Linux 6.13 or newer built with CONFIG_SCHED_CLASS_EXT=y");
    }
    if (!inFirstPidNamespace()) {
      throw new StartException(
          "this is a container with process numbers of its own, by which the kernel side can't know"
              + " the scheduler: start it outside, or with the host's (docker run --pid=host)");
    }
    long caps = effectiveCapabilities();
    if (!has(caps, CAP_SYS_ADMIN) && !(has(caps, CAP_BPF) && has(caps, CAP_PERFMON))) {
      throw new StartException(
          "no permission to load a scheduler: run as root, with CAP_SYS_ADMIN or CAP_BPF and"
              + " CAP_PERFMON (a container may lack them)");
    }
    checkFree();
    if (!has(caps, CAP_IPC_LOCK) && !memlock.allows(LOCKED_BYTES)) {
      throw new StartException(
          "may lock only "
              + (memlock.softBytes() >> 10)
              + " KiB of memory and needs "
              + (LOCKED_BYTES >> 10)
              + ": type ulimit -l unlimited first, or set LimitMEMLOCK=infinity in the unit");
    }
  }

  /** A scheduler that is just leaving is waited for; any other state means that one is attached. */
  void checkFree() {
    long end = System.nanoTime() + LEAVING.toNanos();
    String state = schedExt.state().orElse("disabled");
    while (state.equals("disabling") && System.nanoTime() < end) {
      try {
        Thread.sleep(POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      state = schedExt.state().orElse("disabled");
    }
    if (!state.equals("disabled")) {
      throw new StartException(
          "another scheduler is attached ("
              + schedExt.attachedOps().orElse(state)
              + "): stop it first, with Ctrl-C where it runs or systemctl stop scx");
    }
  }

  /** The first namespace has a fixed inode number; true, if the kernel does not tell. */
  private boolean inFirstPidNamespace() {
    try {
      return Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString().equals(FIRST_PID_NS);
    } catch (IOException e) {
      return true;
    }
  }

  /** Reads the capabilities in force; all, if the kernel does not tell. */
  private long effectiveCapabilities() {
    try {
      for (String line : Files.readAllLines(proc.resolve("self/status"))) {
        if (line.startsWith("CapEff:")) {
          return Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // The kernel has the last word when the scheduler is loaded.
    }
    return -1L;
  }

  private static boolean has(long capabilities, int bit) {
    return (capabilities >>> bit & 1) != 0;
  }
}
