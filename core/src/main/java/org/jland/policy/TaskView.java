// SPDX-License-Identifier: Apache-2.0
package org.jland.policy;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.jland.ffi.RawMemory.getInt;
import static org.jland.ffi.RawMemory.getLong;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jland.ffi.RawMemory;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;

/**
 * One record of a task that wants a CPU, read in place from the ring. A view is moved from record
 * to record: what it shows is valid until the call that received it returns. Times are in ns of the
 * kernel's CLOCK_MONOTONIC. One thread.
 */
public final class TaskView {

  /** {@code CGROUP_WEIGHT_MIN} and {@code CGROUP_WEIGHT_MAX}: policies divide by weights. */
  private static final int MIN_WEIGHT = 1;

  private static final int MAX_WEIGHT = 10_000;

  private static final MemorySegment NO_RECORD =
      Arena.global().allocate(QueuedTaskLayout.LAYOUT.byteSize(), 8);

  private MemorySegment ring;
  private long base;

  /** Makes a view that shows a record of zeros. */
  public TaskView() {
    clear();
  }

  /** Points this view at a record of zeros: the ring may go. */
  public void clear() {
    wrap(NO_RECORD, 0);
  }

  /**
   * Points this view at a record.
   *
   * @param ring native memory with the record, which must stay
   * @param base its offset in bytes; nothing checks that the record is within the memory
   * @return this view
   * @throws IllegalArgumentException if the memory is on the heap, or not aligned to 8 bytes
   */
  public TaskView wrap(MemorySegment ring, long base) {
    this.ring = ring;
    this.base = RawMemory.address(ring) + base;
    return this;
  }

  /** Returns the name of this record: the pid and a generation that moves on at every enqueue. */
  public long id() {
    return getLong(base + QueuedTaskLayout.ID);
  }

  /** Returns the kernel's thread number. */
  public int pid() {
    return pid(id());
  }

  /**
   * Extracts the pid of a record's id.
   *
   * @param id see {@link #id()}
   * @return the kernel's thread number
   */
  public static int pid(long id) {
    return (int) (id >>> RingLayout.GENERATION_BITS);
  }

  /** Returns the process, a thread group. */
  public int tgid() {
    return getInt(base + QueuedTaskLayout.TGID);
  }

  /** Returns when it was enqueued. */
  public long enqTs() {
    return getLong(base + QueuedTaskLayout.ENQ_TS);
  }

  /** Returns when it last got a CPU, 0 if it never did. */
  public long startTs() {
    return getLong(base + QueuedTaskLayout.START_TS);
  }

  /** Returns when it last left a CPU, 0 if it never did. */
  public long stopTs() {
    return getLong(base + QueuedTaskLayout.STOP_TS);
  }

  /** Returns the CPU time used since its last sleep, ns, not negative; 0 for one that just woke. */
  public long execRuntime() {
    return Math.max(getLong(base + QueuedTaskLayout.EXEC_RUNTIME), 0);
  }

  /**
   * Returns the CPU time used since its previous record, ns, not negative: wakeup fast paths
   * included.
   */
  public long runDelta() {
    return Math.max(getLong(base + QueuedTaskLayout.RUN_DELTA), 0);
  }

  /** Returns the decaying average of the CPU time it uses between two sleeps, ns, not negative. */
  public long burst() {
    return Math.max(getLong(base + QueuedTaskLayout.BURST), 0);
  }

  /** Returns the vtime of its last decision. */
  public long vtime() {
    return getLong(base + QueuedTaskLayout.VTIME);
  }

  /** Returns the cookie of its last decision, 0 if there was none: a policy's word for the task. */
  public long cookie() {
    return getLong(base + QueuedTaskLayout.COOKIE);
  }

  /** Returns the id of its cgroup (v2), the inode number of the cgroup's directory. */
  public long cgroupId() {
    return getLong(base + QueuedTaskLayout.CGROUP_ID);
  }

  /** Returns the CPU that it used last. */
  public int cpu() {
    return getInt(base + QueuedTaskLayout.CPU);
  }

  /** Returns on how many CPUs it may run, at least 1. */
  public int nrCpusAllowed() {
    return Math.max(getInt(base + QueuedTaskLayout.NR_CPUS_ALLOWED), 1);
  }

  /**
   * Tells whether the task may run on a CPU. Above CPU 255 a restricted task counts as allowed: the
   * kernel side checks every decision, and replaces a CPU that is not.
   *
   * @param cpu a CPU number; none that is negative is allowed
   * @return whether its affinity has that CPU
   */
  public boolean isAllowed(int cpu) {
    if (cpu < 0) {
      return false;
    }
    if ((flags() & QueuedTaskLayout.FLAG_RESTRICTED) == 0 || cpu >= QueuedTaskLayout.MASK_BITS) {
      return true;
    }
    long word = getLong(base + QueuedTaskLayout.ALLOWED + (cpu >>> 6) * 8L);
    return (word >>> cpu & 1) != 0;
  }

  /** Returns the weight, 1 to 10000 whatever the record says; 100 is nice 0. */
  public int weight() {
    int weight = getInt(base + QueuedTaskLayout.WEIGHT);
    return Math.clamp(weight, MIN_WEIGHT, MAX_WEIGHT);
  }

  /** Returns whether it slept before; otherwise its slice ended, it yielded, or it was moved. */
  public boolean isWakeup() {
    return (flags() & QueuedTaskLayout.FLAG_WAKEUP) != 0;
  }

  /** Returns whether this is a kernel thread. */
  public boolean isKthread() {
    return (flags() & QueuedTaskLayout.FLAG_KTHREAD) != 0;
  }

  /** Returns whether this is the first record of this task. */
  public boolean isNew() {
    return (flags() & QueuedTaskLayout.FLAG_NEW) != 0;
  }

  /** Returns whether a CPU was asked to give way to it. */
  public boolean isPreempting() {
    return (flags() & QueuedTaskLayout.FLAG_PREEMPT) != 0;
  }

  /** Returns what this record tells, {@code KIND_TASK} or {@code KIND_EXIT}: for the framework. */
  public int kind() {
    return getInt(base + QueuedTaskLayout.KIND);
  }

  private int flags() {
    return getInt(base + QueuedTaskLayout.FLAGS);
  }

  /**
   * Returns the name of the task, at most 15 bytes. Allocates: not for the hot path.
   *
   * @return the kernel's comm
   */
  public String comm() {
    byte[] bytes = new byte[QueuedTaskLayout.COMM_BYTES];
    long offset = base - ring.address() + QueuedTaskLayout.COMM;
    MemorySegment.copy(ring, JAVA_BYTE, offset, bytes, 0, bytes.length);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return ring == NO_RECORD ? "TaskView[]" : "TaskView[pid=" + pid() + " comm=" + comm() + "]";
  }
}
