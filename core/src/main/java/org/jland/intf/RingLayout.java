// SPDX-License-Identifier: Apache-2.0
package org.jland.intf;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/**
 * The two rings and the words that both sides share.
 *
 * <pre>
 *        0        64       128
 *        +--------+--------+--------+--------+---
 *        | head   | tail   | slot 0 | slot 1 | ...
 *        +--------+--------+--------+--------+---
 * </pre>
 *
 * head counts the records that were ever written, tail those that were ever read; slot n is at n
 * modulo the number of slots, a power of 2. Each is written by one side only.
 */
public final class RingLayout {

  /** {@code JL_MAX_CPUS}: CPU numbers are below this. */
  public static final int MAX_CPUS = 1024;

  /** {@code JL_GEN_BITS}: bits of an id below the pid. */
  public static final int GENERATION_BITS = 42;

  /** {@code struct queued_ring} and {@code struct dispatched_ring}: they are alike. */
  public static final StructLayout RING =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("head"),
          MemoryLayout.sequenceLayout(7, JAVA_LONG).withName("pad0"),
          JAVA_LONG.withName("tail"),
          MemoryLayout.sequenceLayout(7, JAVA_LONG).withName("pad1"));

  /** {@code struct dispatched_task}: one decision. */
  public static final StructLayout DISPATCHED_TASK =
      MemoryLayout.structLayout(
              JAVA_LONG.withName("id"),
              JAVA_LONG.withName("slice_ns"),
              JAVA_LONG.withName("vtime"),
              JAVA_LONG.withName("cookie"),
              JAVA_INT.withName("cpu"),
              JAVA_INT.withName("flags"))
          .withName("dispatched_task");

  /** {@code struct shared_ctl}: what the loop and the BPF side tell each other. */
  public static final StructLayout SHARED_CTL =
      MemoryLayout.structLayout(
              JAVA_LONG.withName("nr_held"),
              JAVA_LONG.withName("nr_bursts"),
              JAVA_LONG.withName("in_burst"),
              MemoryLayout.sequenceLayout(5, JAVA_LONG).withName("pad0"),
              JAVA_INT.withName("pending"),
              JAVA_INT.withName("nr_waiting"),
              MemoryLayout.sequenceLayout(14, JAVA_INT).withName("pad1"))
          .withName("shared_ctl");

  /** Offset of a ring's head. */
  public static final long HEAD = RING.byteOffset(groupElement("head"));

  /** Offset of a ring's tail. */
  public static final long TAIL = RING.byteOffset(groupElement("tail"));

  /** Offset of a ring's first slot. */
  public static final long SLOTS = RING.byteSize();

  /** Offset of {@code dispatched_task.id}. */
  public static final long DISPATCHED_ID = dispatched("id");

  /** Offset of {@code dispatched_task.slice_ns}. */
  public static final long DISPATCHED_SLICE_NS = dispatched("slice_ns");

  /** Offset of {@code dispatched_task.vtime}. */
  public static final long DISPATCHED_VTIME = dispatched("vtime");

  /** Offset of {@code dispatched_task.cookie}. */
  public static final long DISPATCHED_COOKIE = dispatched("cookie");

  /** Offset of {@code dispatched_task.cpu}. */
  public static final long DISPATCHED_CPU = dispatched("cpu");

  /** Offset of {@code dispatched_task.flags}. */
  public static final long DISPATCHED_FLAGS = dispatched("flags");

  /** Offset of {@code shared_ctl.nr_held}. */
  public static final long CTL_NR_HELD = SHARED_CTL.byteOffset(groupElement("nr_held"));

  /** Offset of {@code shared_ctl.nr_bursts}. */
  public static final long CTL_NR_BURSTS = SHARED_CTL.byteOffset(groupElement("nr_bursts"));

  /** Offset of {@code shared_ctl.in_burst}. */
  public static final long CTL_IN_BURST = SHARED_CTL.byteOffset(groupElement("in_burst"));

  /** Offset of {@code shared_ctl.pending}. */
  public static final long CTL_PENDING = SHARED_CTL.byteOffset(groupElement("pending"));

  /** Offset of {@code shared_ctl.nr_waiting}. */
  public static final long CTL_NR_WAITING = SHARED_CTL.byteOffset(groupElement("nr_waiting"));

  /** {@code JL_PENDING | JL_PENDING_NOW}: there are records that should not wait. */
  public static final int PENDING_NOW = 3;

  private RingLayout() {}

  private static long dispatched(String field) {
    return DISPATCHED_TASK.byteOffset(groupElement(field));
  }
}
