// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/** The kernel's view of a thread. Thread-safe. A tid of 0 means the calling thread. */
public final class OsThread {
  /** The normal policy. */
  public static final int SCHED_OTHER = 0;

  /** The policy whose tasks a scheduler in partial mode takes, and no others. */
  public static final int SCHED_EXT = 7;

  /** Large enough for every kernel: CONFIG_NR_CPUS is at most 8192. */
  private static final int MAX_CPUS = 8192;

  private OsThread() {}

  /**
   * The kernel's id of the calling thread. Not the process id in a JVM: {@code main} runs on a
   * thread that the launcher made.
   */
  public static int currentTid() {
    return Libc.gettid();
  }

  /**
   * Gives the CPU away once ({@code sched_yield}). For the scheduler's loop: one plain downcall, no
   * allocation, no errno. A safepoint does not wait for a thread that is in it.
   */
  public static void yield() {
    Libc.schedYield();
  }

  /**
   * Names the calling thread as {@code ps -L}, traces and the kernel's dumps show it.
   *
   * @param name cut to 15 bytes by the kernel
   * @throws OsException never seen in practice
   */
  public static void setName(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      Libc.prctl("prctl(PR_SET_NAME)", Libc.PR_SET_NAME, text.address());
    }
  }

  /**
   * Sets a thread's scheduling policy, with priority 0.
   *
   * @param tid the thread, 0 for the calling one
   * @param policy {@link #SCHED_OTHER} or {@link #SCHED_EXT}
   * @throws OsException EINVAL on a kernel without the policy, ESRCH if the thread is gone
   */
  public static void setPolicy(int tid, int policy) {
    Libc.schedSetscheduler(tid, policy);
  }

  /**
   * Sets a thread's nice value. Threads that it makes later inherit it.
   *
   * @param tid the thread, 0 for the calling one
   * @param nice -20 to 19
   * @throws OsException EACCES without CAP_SYS_NICE for a lower one, ESRCH if the thread is gone
   */
  public static void setNice(int tid, int nice) {
    Libc.setpriority(tid, nice);
  }

  /**
   * A thread's scheduling policy, perhaps with SCHED_RESET_ON_FORK (0x40000000) in it.
   *
   * @param tid the thread, 0 for the calling one
   * @throws OsException ESRCH if the thread is gone
   */
  public static int policy(int tid) {
    return Libc.schedGetscheduler(tid);
  }

  /**
   * Restricts a thread to a set of CPUs.
   *
   * @param tid the thread, 0 for the calling one
   * @param cpus the allowed CPUs; bits from 8192 on are an error
   * @throws IllegalArgumentException if the set is empty or too large
   * @throws OsException EINVAL if none of the CPUs is online, ESRCH if the thread is gone
   */
  public static void setAffinity(int tid, BitSet cpus) {
    if (cpus.isEmpty() || cpus.length() > MAX_CPUS) {
      throw new IllegalArgumentException("CPU set is empty or beyond " + MAX_CPUS + ": " + cpus);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MAX_CPUS / 8, Long.BYTES);
      byte[] bits = cpus.toByteArray();
      MemorySegment.copy(bits, 0, mask, JAVA_BYTE, 0, bits.length);
      Libc.schedSetaffinity(tid, mask);
    }
  }

  /**
   * The CPUs a thread may run on.
   *
   * @param tid the thread, 0 for the calling one
   * @throws OsException ESRCH if the thread is gone
   */
  public static BitSet affinity(int tid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MAX_CPUS / 8, Long.BYTES);
      Libc.schedGetaffinity(tid, mask);
      return BitSet.valueOf(mask.toArray(JAVA_BYTE));
    }
  }
}
