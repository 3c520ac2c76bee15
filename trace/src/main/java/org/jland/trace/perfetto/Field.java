// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

/**
 * The fields of Perfetto's trace format that are written or read: message, name and number as in
 * its schema. {@code PerfettoSchemaTest} compares them with what Perfetto publishes.
 */
enum Field {
  TRACE_PACKET("Trace", "packet", 1, Type.MESSAGE),

  FTRACE_EVENTS("TracePacket", "ftrace_events", 1, Type.MESSAGE),
  PROCESS_TREE("TracePacket", "process_tree", 2, Type.MESSAGE),
  TIMESTAMP("TracePacket", "timestamp", 8, Type.VARINT),
  SEQUENCE("TracePacket", "trusted_packet_sequence_id", 10, Type.VARINT),
  TRACK_EVENT("TracePacket", "track_event", 11, Type.MESSAGE),
  FTRACE_STATS("TracePacket", "ftrace_stats", 34, Type.MESSAGE),
  SYSTEM_INFO("TracePacket", "system_info", 45, Type.MESSAGE),
  TRACK_DESCRIPTOR("TracePacket", "track_descriptor", 60, Type.MESSAGE),

  BUNDLE_CPU("FtraceEventBundle", "cpu", 1, Type.VARINT),
  BUNDLE_EVENT("FtraceEventBundle", "event", 2, Type.MESSAGE),

  EVENT_TIMESTAMP("FtraceEvent", "timestamp", 1, Type.VARINT),
  EVENT_PID("FtraceEvent", "pid", 2, Type.VARINT),
  SCHED_SWITCH("FtraceEvent", "sched_switch", 4, Type.MESSAGE),
  SCHED_WAKEUP("FtraceEvent", "sched_wakeup", 17, Type.MESSAGE),
  SCHED_WAKING("FtraceEvent", "sched_waking", 20, Type.MESSAGE),
  SCHED_WAKEUP_NEW("FtraceEvent", "sched_wakeup_new", 114, Type.MESSAGE),
  SCHED_PROCESS_FORK("FtraceEvent", "sched_process_fork", 239, Type.MESSAGE),

  PREV_COMM("SchedSwitchFtraceEvent", "prev_comm", 1, Type.TEXT),
  PREV_PID("SchedSwitchFtraceEvent", "prev_pid", 2, Type.VARINT),
  PREV_PRIO("SchedSwitchFtraceEvent", "prev_prio", 3, Type.VARINT),
  PREV_STATE("SchedSwitchFtraceEvent", "prev_state", 4, Type.VARINT),
  NEXT_COMM("SchedSwitchFtraceEvent", "next_comm", 5, Type.TEXT),
  NEXT_PID("SchedSwitchFtraceEvent", "next_pid", 6, Type.VARINT),
  NEXT_PRIO("SchedSwitchFtraceEvent", "next_prio", 7, Type.VARINT),

  // The three wake-up events look alike: SchedWakeupFtraceEvent, SchedWakeupNewFtraceEvent too.
  WAKE_COMM("SchedWakingFtraceEvent", "comm", 1, Type.TEXT),
  WAKE_PID("SchedWakingFtraceEvent", "pid", 2, Type.VARINT),
  WAKE_PRIO("SchedWakingFtraceEvent", "prio", 3, Type.VARINT),
  WAKE_SUCCESS("SchedWakingFtraceEvent", "success", 4, Type.VARINT),
  WAKE_TARGET_CPU("SchedWakingFtraceEvent", "target_cpu", 5, Type.VARINT),

  FORK_PARENT_COMM("SchedProcessForkFtraceEvent", "parent_comm", 1, Type.TEXT),
  FORK_PARENT_PID("SchedProcessForkFtraceEvent", "parent_pid", 2, Type.VARINT),
  FORK_CHILD_COMM("SchedProcessForkFtraceEvent", "child_comm", 3, Type.TEXT),
  FORK_CHILD_PID("SchedProcessForkFtraceEvent", "child_pid", 4, Type.VARINT),

  TREE_PROCESSES("ProcessTree", "processes", 1, Type.MESSAGE),
  TREE_THREADS("ProcessTree", "threads", 2, Type.MESSAGE),
  PROCESS_PID("ProcessTree.Process", "pid", 1, Type.VARINT),
  PROCESS_CMDLINE("ProcessTree.Process", "cmdline", 3, Type.TEXT),
  THREAD_TID("ProcessTree.Thread", "tid", 1, Type.VARINT),
  THREAD_NAME("ProcessTree.Thread", "name", 2, Type.TEXT),
  THREAD_TGID("ProcessTree.Thread", "tgid", 3, Type.VARINT),

  UTSNAME("SystemInfo", "utsname", 1, Type.MESSAGE),
  NUM_CPUS("SystemInfo", "num_cpus", 8, Type.VARINT),
  UTSNAME_SYSNAME("Utsname", "sysname", 1, Type.TEXT),
  UTSNAME_VERSION("Utsname", "version", 2, Type.TEXT),
  UTSNAME_RELEASE("Utsname", "release", 3, Type.TEXT),
  UTSNAME_MACHINE("Utsname", "machine", 4, Type.TEXT),

  STATS_PHASE("FtraceStats", "phase", 1, Type.VARINT),
  STATS_CPU("FtraceStats", "cpu_stats", 2, Type.MESSAGE),
  CPU_STATS_CPU("FtraceCpuStats", "cpu", 1, Type.VARINT),
  CPU_STATS_DROPPED("FtraceCpuStats", "dropped_events", 8, Type.VARINT),

  TRACK_UUID("TrackDescriptor", "uuid", 1, Type.VARINT),
  TRACK_NAME("TrackDescriptor", "name", 2, Type.TEXT),
  TRACK_THREAD("TrackDescriptor", "thread", 4, Type.MESSAGE),
  TRACK_PARENT("TrackDescriptor", "parent_uuid", 5, Type.VARINT),
  TRACK_COUNTER("TrackDescriptor", "counter", 8, Type.MESSAGE),
  COUNTER_UNIT("CounterDescriptor", "unit", 3, Type.VARINT),
  TRACK_THREAD_PID("ThreadDescriptor", "pid", 1, Type.VARINT),
  TRACK_THREAD_TID("ThreadDescriptor", "tid", 2, Type.VARINT),
  TRACK_THREAD_NAME("ThreadDescriptor", "thread_name", 5, Type.TEXT),

  ANNOTATIONS("TrackEvent", "debug_annotations", 4, Type.MESSAGE),
  TYPE("TrackEvent", "type", 9, Type.VARINT),
  EVENT_TRACK("TrackEvent", "track_uuid", 11, Type.VARINT),
  CATEGORIES("TrackEvent", "categories", 22, Type.TEXT),
  EVENT_NAME("TrackEvent", "name", 23, Type.TEXT),
  COUNTER_VALUE("TrackEvent", "counter_value", 30, Type.VARINT),
  FLOW_IDS("TrackEvent", "flow_ids", 47, Type.FIXED64),
  LAST_FLOW_IDS("TrackEvent", "terminating_flow_ids", 48, Type.FIXED64),
  ANNOTATION_INT("DebugAnnotation", "int_value", 4, Type.VARINT),
  ANNOTATION_TEXT("DebugAnnotation", "string_value", 6, Type.TEXT),
  ANNOTATION_NAME("DebugAnnotation", "name", 10, Type.TEXT);

  /** How a field's value is written. */
  enum Type {
    VARINT,
    FIXED64,
    TEXT,
    MESSAGE
  }

  /** {@code TrackEvent.Type}. */
  static final int SLICE_BEGIN = 1;

  static final int SLICE_END = 2;
  static final int INSTANT = 3;
  static final int COUNTER = 4;

  /** {@code FtraceStats.Phase.END_OF_TRACE}. */
  static final int END_OF_TRACE = 2;

  /** {@code CounterDescriptor.Unit.UNIT_COUNT}. */
  static final int UNIT_COUNT = 2;

  private final String message;
  private final String label;
  private final int number;
  private final Type type;

  Field(String message, String label, int number, Type type) {
    this.message = message;
    this.label = label;
    this.number = number;
    this.type = type;
  }

  /** The message that it is a field of. */
  String message() {
    return message;
  }

  /** Its name in the schema. */
  String label() {
    return label;
  }

  int number() {
    return number;
  }

  Type type() {
    return type;
  }
}
