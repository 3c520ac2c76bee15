// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import com.google.protobuf.CodedOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jland.os.TrustedPath;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceEvent;
import org.jland.trace.model.TraceInfo;
import org.jland.trace.model.TraceTask;

/**
 * Writes a recording so that Perfetto shows it: the kernel's events as such, from which Perfetto
 * makes a track for each CPU and the states of each task; and the steps of custody as slices on the
 * tasks' tracks, with flows, and on tracks of the scheduler's own. Nothing is left out: {@link
 * PerfettoReader} makes the same recording of it. Stateless.
 */
public final class PerfettoFile {
  /** Events in a packet: large enough to be compact, small enough to be read at ease. */
  private static final int BUNDLE = 500;

  private PerfettoFile() {}

  /**
   * Writes a file.
   *
   * @throws IOException if it can't be written; what is there of it is incomplete
   */
  public static void write(SchedulingTrace trace, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(TrustedPath.create(file))) {
      write(trace, out);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  static void write(SchedulingTrace trace, OutputStream stream) throws IOException {
    CodedOutputStream out = CodedOutputStream.newInstance(stream);
    PacketSink sink =
        packet -> {
          try {
            out.writeByteArray(Field.TRACE_PACKET.number(), packet.toByteArray());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    sink.packet(systemInfo(trace.info()));
    sink.packet(processTree(trace));
    new TrackWriter(trace, sink).writeAll();
    writeKernelEvents(trace, sink);
    sink.packet(stats(trace.info()));
    out.flush();
  }

  /** Takes packets, in any order of time. */
  @FunctionalInterface
  interface PacketSink {
    void packet(Message packet);
  }

  /** The kernel's release tells Perfetto how to read a task's state. */
  private static Message systemInfo(TraceInfo info) {
    Message utsname =
        new Message()
            .put(Field.UTSNAME_SYSNAME, "Linux")
            .put(Field.UTSNAME_VERSION, "")
            .put(Field.UTSNAME_RELEASE, info.kernel())
            .put(Field.UTSNAME_MACHINE, System.getProperty("os.arch"));
    Message system =
        new Message().put(Field.UTSNAME, utsname).put(Field.NUM_CPUS, info.cpus().cardinality());
    return new Message().put(Field.TIMESTAMP, info.startNs()).put(Field.SYSTEM_INFO, system);
  }

  private static Message processTree(SchedulingTrace trace) {
    Message tree = new Message();
    Set<Integer> processes = new HashSet<>();
    for (TraceTask task : trace.tasks().values()) {
      if (processes.add(task.tgid())) {
        tree.put(
            Field.TREE_PROCESSES,
            new Message()
                .put(Field.PROCESS_PID, task.tgid())
                .put(Field.PROCESS_CMDLINE, task.processName()));
      }
      tree.put(
          Field.TREE_THREADS,
          new Message()
              .put(Field.THREAD_TID, task.pid())
              .put(Field.THREAD_NAME, task.comm())
              .put(Field.THREAD_TGID, task.tgid()));
    }
    return new Message().put(Field.TIMESTAMP, trace.info().startNs()).put(Field.PROCESS_TREE, tree);
  }

  /** The last packet: without it a file is cut off. Perfetto warns of a trace that lost events. */
  private static Message stats(TraceInfo info) {
    Message cpu =
        new Message()
            .put(Field.CPU_STATS_CPU, info.cpus().nextSetBit(0))
            .put(Field.CPU_STATS_DROPPED, info.lostEvents());
    Message stats =
        new Message().put(Field.STATS_PHASE, Field.END_OF_TRACE).put(Field.STATS_CPU, cpu);
    return new Message().put(Field.TIMESTAMP, info.endNs()).put(Field.FTRACE_STATS, stats);
  }

  private static void writeKernelEvents(SchedulingTrace trace, PacketSink sink) {
    Map<Integer, Bundle> bundles = new HashMap<>();
    for (TraceEvent event : trace.events()) {
      Message message = kernelEvent(event);
      if (message != null) {
        Bundle bundle = bundles.computeIfAbsent(event.cpu(), Bundle::new);
        bundle.message.put(Field.BUNDLE_EVENT, message);
        if (++bundle.events == BUNDLE) {
          sink.packet(bundle.packet());
          bundles.remove(event.cpu());
        }
      }
    }
    bundles.values().forEach(bundle -> sink.packet(bundle.packet()));
  }

  /** Events of one CPU. */
  private static final class Bundle {
    private final Message message = new Message();
    private int events;

    Bundle(int cpu) {
      message.put(Field.BUNDLE_CPU, cpu);
    }

    Message packet() {
      return new Message().put(Field.FTRACE_EVENTS, message);
    }
  }

  /** Null for a step of jland's. */
  private static Message kernelEvent(TraceEvent event) {
    Message message = new Message().put(Field.EVENT_TIMESTAMP, event.timeNs());
    return switch (event) {
      case TraceEvent.Switch change ->
          message
              .put(Field.EVENT_PID, change.prevPid())
              .put(
                  Field.SCHED_SWITCH,
                  new Message()
                      .put(Field.PREV_COMM, change.prevComm())
                      .put(Field.PREV_PID, change.prevPid())
                      .put(Field.PREV_PRIO, change.prevPrio())
                      .put(Field.PREV_STATE, change.prevState())
                      .put(Field.NEXT_COMM, change.nextComm())
                      .put(Field.NEXT_PID, change.nextPid())
                      .put(Field.NEXT_PRIO, change.nextPrio()));
      case TraceEvent.Wake wake ->
          message
              .put(Field.EVENT_PID, wake.wakerPid())
              .put(
                  switch (wake.stage()) {
                    case WAKING -> Field.SCHED_WAKING;
                    case WAKEUP -> Field.SCHED_WAKEUP;
                    case NEW -> Field.SCHED_WAKEUP_NEW;
                  },
                  new Message()
                      .put(Field.WAKE_COMM, wake.comm())
                      .put(Field.WAKE_PID, wake.pid())
                      .put(Field.WAKE_PRIO, wake.prio())
                      .put(Field.WAKE_SUCCESS, 1)
                      .put(Field.WAKE_TARGET_CPU, wake.targetCpu()));
      case TraceEvent.Fork fork ->
          message
              .put(Field.EVENT_PID, fork.parentPid())
              .put(
                  Field.SCHED_PROCESS_FORK,
                  new Message()
                      .put(Field.FORK_PARENT_COMM, fork.parentComm())
                      .put(Field.FORK_PARENT_PID, fork.parentPid())
                      .put(Field.FORK_CHILD_COMM, fork.childComm())
                      .put(Field.FORK_CHILD_PID, fork.childPid()));
      case TraceEvent.Custody _ -> null;
    };
  }

  /** A set of CPUs as {@code 0,1,5}; the reader takes it apart. */
  static String text(BitSet cpus) {
    return cpus.stream().mapToObj(Integer::toString).collect(Collectors.joining(","));
  }
}
