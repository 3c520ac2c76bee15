// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jland.scheduler.CustodyRecord;
import org.jland.scheduler.CustodyStep;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceEvent;
import org.jland.trace.model.TraceException;
import org.jland.trace.model.TraceInfo;
import org.jland.trace.model.TraceTask;

/** Makes a recording of a file that {@link PerfettoFile} wrote. One use, one thread. */
public final class PerfettoReader {
  private static final int LENGTH_DELIMITED = 2;

  /** More than any kernel is built for: what a file says must not take memory without bound. */
  private static final int MAX_CPUS = 1 << 16;

  private final List<TraceEvent> events = new ArrayList<>();
  private final Map<Integer, String> processNames = new HashMap<>();
  private final Map<Integer, Integer> threadGroups = new HashMap<>();
  private final Map<Integer, String> threadNames = new HashMap<>();
  private final Map<Integer, TraceTask> tasks = new HashMap<>();
  private boolean ended;
  private Annotations recording;
  private Annotations taskTexts;

  private PerfettoReader() {}

  /**
   * Reads a file.
   *
   * @throws TraceException if it is not one of ours, or not whole
   * @throws IOException if it can't be read
   */
  public static SchedulingTrace read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return new PerfettoReader().readAll(in, file.toString());
    }
  }

  private SchedulingTrace readAll(InputStream stream, String name) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(stream);
    in.setSizeLimit(Integer.MAX_VALUE);
    int packet = Field.TRACE_PACKET.number() << 3 | LENGTH_DELIMITED;
    boolean any = false;
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag != packet) {
          throw new TraceException(name + " is no trace of Perfetto's format");
        }
        any = true;
        in.resetSizeCounter();
        packet(in.readBytes());
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new TraceException(
          any
              ? name + " is cut off or damaged: record it again"
              : name + " is no trace of Perfetto's format",
          e);
    }
    if (recording != null && !ended) {
      throw new TraceException(name + " is cut off: record it again");
    }
    if (recording == null || taskTexts == null) {
      throw new TraceException(name + " was not recorded by jland trace, or is cut off");
    }
    try {
      return build(name);
    } catch (IllegalArgumentException e) {
      throw new TraceException(name + " is damaged: record it again", e);
    }
  }

  private SchedulingTrace build(String name) {
    if (recording.number(Names.FORMAT) != Names.FORMAT_VERSION) {
      throw new TraceException(name + " was written by another version of jland");
    }
    TraceInfo info =
        new TraceInfo(
            recording.text(Names.KERNEL),
            recording.text(Names.SCHEDULER),
            (int) recording.number(Names.SCHEDULER_TID),
            cpus(recording.text(Names.CPUS)),
            cpus(recording.text(Names.QUIET_IDLE)),
            recording.number(Names.START),
            recording.number(Names.END),
            recording.number(Names.CUSTODY) == 1,
            recording.number(Names.LOST),
            recording.number(Names.ASKED));
    taskTexts.texts().forEach(this::addTask);
    events.sort(Comparator.comparingLong(TraceEvent::timeNs));
    return new SchedulingTrace(info, events, tasks);
  }

  private void addTask(String number, String text) {
    int pid = Integer.parseInt(number);
    int tgid = threadGroups.getOrDefault(pid, pid);
    List<String> words = List.of(text.split(" "));
    tasks.put(
        pid,
        new TraceTask(
            pid,
            tgid,
            threadNames.getOrDefault(pid, ""),
            processNames.getOrDefault(tgid, ""),
            words.contains(Names.KTHREAD),
            cpus(words.getFirst()),
            words.contains(Names.STARVED)));
  }

  private void packet(ByteString packet) {
    long[] timestamp = new long[1];
    ByteString[] trackEvent = new ByteString[1];
    Message.read(
        packet,
        (number, value, content) -> {
          if (number == Field.TIMESTAMP.number()) {
            timestamp[0] = value;
          } else if (number == Field.TRACK_EVENT.number()) {
            trackEvent[0] = content;
          } else if (number == Field.FTRACE_EVENTS.number()) {
            FtraceBundle.read(content, events);
          } else if (number == Field.PROCESS_TREE.number()) {
            processTree(content);
          } else if (number == Field.FTRACE_STATS.number()) {
            ended = true;
          }
        });
    if (trackEvent[0] != null) {
      trackEvent(timestamp[0], trackEvent[0]);
    }
  }

  private void processTree(ByteString tree) {
    Message.read(
        tree,
        (number, value, content) -> {
          Fields fields = new Fields(content);
          if (number == Field.TREE_PROCESSES.number()) {
            processNames.put(fields.integer(Field.PROCESS_PID), fields.text(Field.PROCESS_CMDLINE));
          } else if (number == Field.TREE_THREADS.number()) {
            int tid = fields.integer(Field.THREAD_TID);
            threadNames.put(tid, fields.text(Field.THREAD_NAME));
            threadGroups.put(tid, fields.integer(Field.THREAD_TGID));
          }
        });
  }

  private void trackEvent(long timeNs, ByteString event) {
    Fields fields = new Fields(event);
    if (!fields.text(Field.CATEGORIES).equals(Names.CATEGORY)) {
      return;
    }
    Annotations annotations = Annotations.of(event);
    if (annotations.has(Names.STEP)) {
      events.add(
          new TraceEvent.Custody(
              new CustodyRecord(
                  timeNs,
                  (int) annotations.number(Names.CPU),
                  CustodyStep.of((int) annotations.number(Names.STEP)),
                  (int) annotations.number(Names.PID),
                  annotations.number(Names.GENERATION),
                  (int) annotations.number(Names.TARGET),
                  (int) annotations.number(Names.FLAGS))));
    } else if (fields.text(Field.EVENT_NAME).equals(Names.RECORDING)) {
      recording = annotations;
    } else if (fields.text(Field.EVENT_NAME).equals(Names.TASKS)) {
      taskTexts = annotations;
    }
  }

  private static BitSet cpus(String text) {
    BitSet cpus = new BitSet();
    for (String number : text.split(",")) {
      if (!number.isEmpty()) {
        int cpu = Integer.parseInt(number);
        if (cpu < 0 || cpu >= MAX_CPUS) {
          throw new IllegalArgumentException("CPU " + cpu);
        }
        cpus.set(cpu);
      }
    }
    return cpus;
  }
}
