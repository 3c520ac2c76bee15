// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's view of this process and of others. Thread-safe. */
public final class OsProcess {
  private static final Path OOM_SCORE_ADJ = Path.of("/proc/self/oom_score_adj");
  private static final Path TASKS = Path.of("/proc/self/task");

  private OsProcess() {}

  /** The process id: what the kernel calls tgid. */
  public static int pid() {
    return (int) ProcessHandle.current().pid();
  }

  /** Whether the process acts as root. It may still lack capabilities inside a container. */
  public static boolean isRoot() {
    return Libc.geteuid() == 0;
  }

  /**
   * Keeps transparent huge pages out of this process: khugepaged must never stop its threads.
   *
   * @throws OsException if the kernel refuses
   */
  public static void disableTransparentHugePages() {
    if (!transparentHugePagesDisabled()) {
      LockedMemory.collapseCode();
    }
    Libc.prctl("prctl(PR_SET_THP_DISABLE)", Libc.PR_SET_THP_DISABLE, 1);
  }

  /** Whether {@link #disableTransparentHugePages()} is in force. */
  public static boolean transparentHugePagesDisabled() {
    return Libc.prctl("prctl(PR_GET_THP_DISABLE)", Libc.PR_GET_THP_DISABLE, 0) == 1;
  }

  /**
   * Makes it impossible for the calling thread, and for threads and processes it starts later, to
   * gain privileges by executing a set-uid file. Can't be undone.
   *
   * @throws OsException if the kernel refuses
   */
  public static void setNoNewPrivileges() {
    Libc.prctl("prctl(PR_SET_NO_NEW_PRIVS)", Libc.PR_SET_NO_NEW_PRIVS, 1);
  }

  /**
   * Sets the nice value of all threads that the process has. A thread that one of them starts
   * meanwhile may keep the old one.
   *
   * @param nice -20 to 19
   * @throws IOException if the process's threads can't be listed
   * @throws OsException EACCES without CAP_SYS_NICE for a lower one
   */
  public static void setNice(int nice) throws IOException {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(TASKS)) {
      for (Path thread : threads) {
        setNice(Integer.parseInt(thread.getFileName().toString()), nice);
      }
    }
  }

  private static void setNice(int tid, int nice) {
    try {
      OsThread.setNice(tid, nice);
    } catch (OsException e) {
      if (e.errno() != Errno.ESRCH) {
        throw e;
      }
      // It has ended since.
    }
  }

  /**
   * How much the process is to be spared, below 0, or not, when the kernel kills for want of
   * memory.
   *
   * @return thousandths of the memory, -1000 (never) to 1000
   * @throws IOException if it can't be read
   */
  public static int oomScoreAdj() throws IOException {
    return Integer.parseInt(Files.readString(OOM_SCORE_ADJ).strip());
  }

  /**
   * Sets {@link #oomScoreAdj()}. Processes that are started later inherit it.
   *
   * @param adj thousandths of the memory, -1000 (never) to 1000
   * @throws IOException if the kernel refuses: lowering takes CAP_SYS_RESOURCE
   */
  public static void setOomScoreAdj(int adj) throws IOException {
    if (oomScoreAdj() != adj) {
      Files.writeString(OOM_SCORE_ADJ, Integer.toString(adj));
    }
  }

  /**
   * Whether a process exists, a zombie included.
   *
   * @param pid a process id above 0
   */
  public static boolean exists(int pid) {
    try {
      kill(pid, 0);
      return true;
    } catch (OsException e) {
      if (e.errno() == Errno.ESRCH) {
        return false;
      }
      if (e.errno() == Errno.EPERM) {
        return true;
      }
      throw e;
    }
  }

  /**
   * Sends a signal to one process.
   *
   * @param pid a process id above 0 (process groups are out of reach on purpose)
   * @param signal its number, 0 to send nothing and only check
   * @throws OsException ESRCH if there is no such process, EPERM if it is somebody else's
   */
  public static void kill(int pid, int signal) {
    if (pid <= 0) {
      throw new IllegalArgumentException("pid " + pid + " is no single process");
    }
    Libc.kill(pid, signal);
  }
}
