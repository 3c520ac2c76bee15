// SPDX-License-Identifier: Apache-2.0
package org.jland.intf;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/** {@code struct queued_task}: one record towards user space. */
public final class QueuedTaskLayout {

  /** Words of the affinity mask. */
  public static final int MASK_WORDS = 4;

  /** CPUs that the affinity mask can name. */
  public static final int MASK_BITS = MASK_WORDS * Long.SIZE;

  /** Bytes of the task's name. */
  public static final int COMM_BYTES = 16;

  /** The layout, named as in C. */
  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              JAVA_LONG.withName("id"),
              JAVA_LONG.withName("enq_ts"),
              JAVA_LONG.withName("start_ts"),
              JAVA_LONG.withName("stop_ts"),
              JAVA_LONG.withName("exec_runtime"),
              JAVA_LONG.withName("run_delta"),
              JAVA_LONG.withName("burst"),
              JAVA_LONG.withName("vtime"),
              JAVA_LONG.withName("cookie"),
              JAVA_LONG.withName("cgroup_id"),
              JAVA_INT.withName("tgid"),
              JAVA_INT.withName("cpu"),
              JAVA_INT.withName("nr_cpus_allowed"),
              JAVA_INT.withName("weight"),
              JAVA_INT.withName("flags"),
              JAVA_INT.withName("kind"),
              MemoryLayout.sequenceLayout(COMM_BYTES, JAVA_BYTE).withName("comm"),
              MemoryLayout.sequenceLayout(MASK_WORDS, JAVA_LONG).withName("allowed"),
              MemoryLayout.sequenceLayout(3, JAVA_LONG).withName("reserved"))
          .withName("queued_task");

  /** Offset of {@code id}. */
  public static final long ID = offset("id");

  /** Offset of {@code enq_ts}. */
  public static final long ENQ_TS = offset("enq_ts");

  /** Offset of {@code start_ts}. */
  public static final long START_TS = offset("start_ts");

  /** Offset of {@code stop_ts}. */
  public static final long STOP_TS = offset("stop_ts");

  /** Offset of {@code exec_runtime}. */
  public static final long EXEC_RUNTIME = offset("exec_runtime");

  /** Offset of {@code run_delta}. */
  public static final long RUN_DELTA = offset("run_delta");

  /** Offset of {@code burst}. */
  public static final long BURST = offset("burst");

  /** Offset of {@code vtime}. */
  public static final long VTIME = offset("vtime");

  /** Offset of {@code cookie}. */
  public static final long COOKIE = offset("cookie");

  /** Offset of {@code cgroup_id}. */
  public static final long CGROUP_ID = offset("cgroup_id");

  /** Offset of {@code tgid}. */
  public static final long TGID = offset("tgid");

  /** Offset of {@code cpu}. */
  public static final long CPU = offset("cpu");

  /** Offset of {@code nr_cpus_allowed}. */
  public static final long NR_CPUS_ALLOWED = offset("nr_cpus_allowed");

  /** Offset of {@code weight}. */
  public static final long WEIGHT = offset("weight");

  /** Offset of {@code flags}. */
  public static final long FLAGS = offset("flags");

  /** Offset of {@code kind}. */
  public static final long KIND = offset("kind");

  /** Offset of {@code comm}. */
  public static final long COMM = offset("comm");

  /** Offset of {@code allowed}. */
  public static final long ALLOWED = offset("allowed");

  /** {@code JL_TASK_WAKEUP}: it slept before. */
  public static final int FLAG_WAKEUP = 1;

  /** {@code JL_TASK_SYNC}: the waker said that it is about to sleep. */
  public static final int FLAG_SYNC = 1 << 1;

  /** {@code JL_TASK_KTHREAD}: a kernel thread. */
  public static final int FLAG_KTHREAD = 1 << 2;

  /** {@code JL_TASK_RESTRICTED}: the affinity mask is valid. */
  public static final int FLAG_RESTRICTED = 1 << 3;

  /** {@code JL_TASK_NEW}: its first record. */
  public static final int FLAG_NEW = 1 << 4;

  /** {@code JL_TASK_PREEMPT}: a CPU was asked to give way to it. */
  public static final int FLAG_PREEMPT = 1 << 5;

  /** {@code JL_KIND_TASK}: a task wants a CPU. */
  public static final int KIND_TASK = 0;

  /** {@code JL_KIND_EXIT}: a task is gone. */
  public static final int KIND_EXIT = 1;

  private QueuedTaskLayout() {}

  private static long offset(String field) {
    return LAYOUT.byteOffset(groupElement(field));
  }
}
