// SPDX-License-Identifier: Apache-2.0
package org.jland.intf;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/** What the BPF side tells a tracer, and how the tracer asks for it. */
public final class TraceLayout {

  /** {@code struct trace_record}: one step of one task. */
  public static final StructLayout RECORD =
      MemoryLayout.structLayout(
              JAVA_LONG.withName("ts"),
              JAVA_LONG.withName("id"),
              JAVA_INT.withName("target"),
              JAVA_SHORT.withName("cpu"),
              JAVA_BYTE.withName("step"),
              JAVA_BYTE.withName("flags"))
          .withName("trace_record");

  /** {@code struct trace_ctl}: the switch. */
  public static final StructLayout CTL =
      MemoryLayout.structLayout(
              JAVA_INT.withName("on"),
              JAVA_INT.withName("sched_tid"),
              JAVA_LONG.withName("nr_lost"),
              MemoryLayout.sequenceLayout(6, JAVA_LONG).withName("pad0"))
          .withName("trace_ctl");

  /** The map that holds the switch: the name of its section. */
  public static final String CTL_MAP = ".data.trace";

  /** The map with the slot for a ring buffer. */
  public static final String SINK_MAP = "trace_sink";

  /** Offset of {@code trace_record.ts}. */
  public static final long TS = record("ts");

  /** Offset of {@code trace_record.id}. */
  public static final long ID = record("id");

  /** Offset of {@code trace_record.target}. */
  public static final long TARGET = record("target");

  /** Offset of {@code trace_record.cpu}. */
  public static final long CPU = record("cpu");

  /** Offset of {@code trace_record.step}. */
  public static final long STEP = record("step");

  /** Offset of {@code trace_record.flags}. */
  public static final long FLAGS = record("flags");

  /** Offset of {@code trace_ctl.on}. */
  public static final long CTL_ON = ctl("on");

  /** Offset of {@code trace_ctl.sched_tid}. */
  public static final long CTL_SCHED_TID = ctl("sched_tid");

  /** Offset of {@code trace_ctl.nr_lost}. */
  public static final long CTL_NR_LOST = ctl("nr_lost");

  private TraceLayout() {}

  private static long record(String field) {
    return RECORD.byteOffset(groupElement(field));
  }

  private static long ctl(String field) {
    return CTL.byteOffset(groupElement(field));
  }
}
