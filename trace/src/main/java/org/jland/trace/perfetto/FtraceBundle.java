// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import com.google.protobuf.ByteString;
import java.util.List;
import org.jland.trace.model.TraceEvent;
import org.jland.trace.model.TraceEvent.Wake.Stage;

/** Reads the kernel's events of one CPU. Stateless. */
final class FtraceBundle {
  private FtraceBundle() {}

  static void read(ByteString bundle, List<TraceEvent> events) {
    int cpu = new Fields(bundle).integer(Field.BUNDLE_CPU);
    Message.read(
        bundle,
        (number, value, content) -> {
          if (number == Field.BUNDLE_EVENT.number()) {
            TraceEvent event = event(cpu, new Fields(content));
            if (event != null) {
              events.add(event);
            }
          }
        });
  }

  private static TraceEvent event(int cpu, Fields event) {
    if (event.has(Field.SCHED_SWITCH)) {
      return change(cpu, event, new Fields(event.content(Field.SCHED_SWITCH)));
    }
    if (event.has(Field.SCHED_WAKING)) {
      return wake(cpu, event, Stage.WAKING, Field.SCHED_WAKING);
    }
    if (event.has(Field.SCHED_WAKEUP)) {
      return wake(cpu, event, Stage.WAKEUP, Field.SCHED_WAKEUP);
    }
    if (event.has(Field.SCHED_WAKEUP_NEW)) {
      return wake(cpu, event, Stage.NEW, Field.SCHED_WAKEUP_NEW);
    }
    if (event.has(Field.SCHED_PROCESS_FORK)) {
      Fields fork = new Fields(event.content(Field.SCHED_PROCESS_FORK));
      return new TraceEvent.Fork(
          event.number(Field.EVENT_TIMESTAMP),
          cpu,
          fork.integer(Field.FORK_PARENT_PID),
          fork.text(Field.FORK_PARENT_COMM),
          fork.integer(Field.FORK_CHILD_PID),
          fork.text(Field.FORK_CHILD_COMM));
    }
    return null;
  }

  private static TraceEvent change(int cpu, Fields event, Fields change) {
    return new TraceEvent.Switch(
        event.number(Field.EVENT_TIMESTAMP),
        cpu,
        change.integer(Field.PREV_PID),
        change.text(Field.PREV_COMM),
        change.integer(Field.PREV_PRIO),
        change.number(Field.PREV_STATE),
        change.integer(Field.NEXT_PID),
        change.text(Field.NEXT_COMM),
        change.integer(Field.NEXT_PRIO));
  }

  private static TraceEvent wake(int cpu, Fields event, Stage stage, Field field) {
    Fields wake = new Fields(event.content(field));
    return new TraceEvent.Wake(
        event.number(Field.EVENT_TIMESTAMP),
        cpu,
        stage,
        event.integer(Field.EVENT_PID),
        wake.integer(Field.WAKE_PID),
        wake.text(Field.WAKE_COMM),
        wake.integer(Field.WAKE_PRIO),
        wake.integer(Field.WAKE_TARGET_CPU));
  }
}
