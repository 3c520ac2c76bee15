// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.ftrace;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jland.trace.model.TraceEvent;
import org.jland.trace.model.TraceEvent.Wake.Stage;

/** Makes events of records. One owner thread. */
final class EventDecoder {
  /** The events that are recorded, all of the system {@code sched}. */
  static final List<String> EVENTS =
      List.of(
          "sched_switch", "sched_waking", "sched_wakeup", "sched_wakeup_new", "sched_process_fork");

  /** Makes an event of a record. */
  @FunctionalInterface
  private interface Maker {
    TraceEvent make(long timeNs, int cpu, ByteBuffer page, int record);
  }

  private final Map<Integer, Maker> makers = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private final EventFormat.Field type;

  /**
   * Makes a decoder.
   *
   * @param formats the description of each of {@link #EVENTS}, by name
   */
  EventDecoder(Function<String, EventFormat> formats) {
    EventFormat change = formats.apply("sched_switch");
    type = change.field("common_type");
    makers.put(change.id(), switchMaker(change));
    makers.put(formats.apply("sched_waking").id(), wake(formats, "sched_waking", Stage.WAKING));
    makers.put(formats.apply("sched_wakeup").id(), wake(formats, "sched_wakeup", Stage.WAKEUP));
    makers.put(
        formats.apply("sched_wakeup_new").id(), wake(formats, "sched_wakeup_new", Stage.NEW));
    EventFormat fork = formats.apply("sched_process_fork");
    makers.put(fork.id(), forkMaker(fork));
  }

  /** The event of a record; null if it is one that was not asked for. */
  TraceEvent decode(long timeNs, int cpu, ByteBuffer page, int record) {
    Maker maker = makers.get((int) type.read(page, record));
    return maker == null ? null : maker.make(timeNs, cpu, page, record);
  }

  private Maker switchMaker(EventFormat format) {
    EventFormat.Field prevPid = format.field("prev_pid");
    EventFormat.Field prevComm = format.field("prev_comm");
    EventFormat.Field prevPrio = format.field("prev_prio");
    EventFormat.Field prevState = format.field("prev_state");
    EventFormat.Field nextPid = format.field("next_pid");
    EventFormat.Field nextComm = format.field("next_comm");
    EventFormat.Field nextPrio = format.field("next_prio");
    return (time, cpu, page, at) ->
        new TraceEvent.Switch(
            time,
            cpu,
            (int) prevPid.read(page, at),
            shared(prevComm.text(page, at)),
            (int) prevPrio.read(page, at),
            prevState.read(page, at),
            (int) nextPid.read(page, at),
            shared(nextComm.text(page, at)),
            (int) nextPrio.read(page, at));
  }

  private Maker wake(Function<String, EventFormat> formats, String name, Stage stage) {
    EventFormat format = formats.apply(name);
    EventFormat.Field waker = format.field("common_pid");
    EventFormat.Field pid = format.field("pid");
    EventFormat.Field comm = format.field("comm");
    EventFormat.Field prio = format.field("prio");
    EventFormat.Field target = format.field("target_cpu");
    return (time, cpu, page, at) ->
        new TraceEvent.Wake(
            time,
            cpu,
            stage,
            (int) waker.read(page, at),
            (int) pid.read(page, at),
            shared(comm.text(page, at)),
            (int) prio.read(page, at),
            (int) target.read(page, at));
  }

  private Maker forkMaker(EventFormat format) {
    EventFormat.Field parent = format.field("parent_pid");
    EventFormat.Field parentComm = format.field("parent_comm");
    EventFormat.Field child = format.field("child_pid");
    EventFormat.Field childComm = format.field("child_comm");
    return (time, cpu, page, at) ->
        new TraceEvent.Fork(
            time,
            cpu,
            (int) parent.read(page, at),
            shared(parentComm.text(page, at)),
            (int) child.read(page, at),
            shared(childComm.text(page, at)));
  }

  /** A million events name a few hundred tasks. */
  private String shared(String name) {
    return names.computeIfAbsent(name, same -> same);
  }
}
