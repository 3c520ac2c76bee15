// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.ftrace;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jland.os.Descriptor;
import org.jland.os.OsException;
import org.jland.trace.model.TraceEvent;
import org.jland.trace.model.TraceException;

/**
 * A recording in the kernel: buffers of its own, read when it is over, so that nothing runs
 * meanwhile. When a CPU's buffer is full, what comes later on that CPU is lost and counted. One
 * owner thread; closing removes it from the kernel.
 */
public final class TraceInstance implements AutoCloseable {
  private static final Pattern LOST =
      Pattern.compile("(?:overrun|dropped events):\\s*(\\d+)", Pattern.MULTILINE);

  private final Path folder;
  private final PageDecoder pages;
  private final EventDecoder decoder;
  private boolean closed;

  /**
   * What a recording has.
   *
   * @param events ordered by time
   * @param lost how many there was no room for
   * @param completeUntilNs no event before this time was lost; {@link Long#MAX_VALUE} if none was
   */
  public record Contents(List<TraceEvent> events, long lost, long completeUntilNs) {}

  private TraceInstance(TraceFs traceFs, Path folder) {
    this.folder = folder;
    pages = new PageDecoder(traceFs.headerPage());
    decoder = new EventDecoder(traceFs::format);
  }

  static TraceInstance configure(TraceFs traceFs, Path folder, long bufferKib) {
    try {
      TraceInstance instance = new TraceInstance(traceFs, folder);
      instance.write("tracing_on", "0");
      instance.write("trace_clock", "mono");
      instance.write("options/overwrite", "0");
      instance.reserve(bufferKib);
      for (String event : EventDecoder.EVENTS) {
        instance.write("events/sched/" + event + "/enable", "1");
      }
      return instance;
    } catch (RuntimeException e) {
      remove(folder);
      throw e;
    }
  }

  private void reserve(long bufferKib) {
    try {
      Files.writeString(folder.resolve("buffer_size_kb"), Long.toString(bufferKib));
    } catch (IOException e) {
      throw new TraceException(
          "no memory for trace buffers of "
              + bufferKib
              + " KiB for each CPU: take a smaller"
              + " --buffer-mib",
          e);
    }
  }

  /** Recording begins. */
  public void start() {
    write("tracing_on", "1");
  }

  /** Recording ends. */
  public void stop() {
    write("tracing_on", "0");
  }

  /**
   * Reads what was recorded, which empties the buffers.
   *
   * @param cpus those to read
   */
  public Contents read(BitSet cpus) {
    List<TraceEvent> events = new ArrayList<>();
    long lost = 0;
    long completeUntil = Long.MAX_VALUE;
    for (int cpu = cpus.nextSetBit(0); cpu >= 0; cpu = cpus.nextSetBit(cpu + 1)) {
      int before = events.size();
      long missed = readCpu(cpu, events);
      long dropped = lostOn(cpu);
      if (dropped + missed > 0) {
        lost += Math.max(dropped, missed);
        long last = events.size() == before ? 0 : events.getLast().timeNs();
        completeUntil = Math.min(completeUntil, last);
      }
    }
    events.sort((a, b) -> Long.compare(a.timeNs(), b.timeNs()));
    return new Contents(events, lost, completeUntil);
  }

  private long readCpu(int cpu, List<TraceEvent> events) {
    long missed = 0;
    Path file = folder.resolve("per_cpu/cpu" + cpu + "/trace_pipe_raw");
    try (Descriptor pipe = Descriptor.openNonBlocking(file);
        Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(pages.pageBytes());
      ByteBuffer page = segment.asByteBuffer().order(ByteOrder.nativeOrder());
      for (long n = pipe.read(segment); n > 0; n = pipe.read(segment)) {
        page.limit((int) n);
        missed +=
            Math.abs(
                pages.decode(
                    page,
                    (time, bytes, offset, length) -> {
                      TraceEvent event = decoder.decode(time, cpu, bytes, offset);
                      if (event != null) {
                        events.add(event);
                      }
                    }));
        page.limit(page.capacity());
      }
    } catch (OsException e) {
      throw new TraceException("can't read " + file + ": " + e.getMessage(), e);
    }
    return missed;
  }

  private long lostOn(int cpu) {
    Matcher matcher = LOST.matcher(TraceFs.read(folder.resolve("per_cpu/cpu" + cpu + "/stats")));
    long lost = 0;
    while (matcher.find()) {
      lost += Long.parseLong(matcher.group(1));
    }
    return lost;
  }

  private void write(String file, String text) {
    try {
      Files.writeString(folder.resolve(file), text);
    } catch (IOException e) {
      throw new TraceException(
          "can't write " + text + " to " + folder.resolve(file) + ": " + e.getMessage(), e);
    }
  }

  private static void remove(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new TraceException(
          "can't remove " + folder + " (" + e.getMessage() + "): type rmdir " + folder, e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      remove(folder);
    }
  }
}
