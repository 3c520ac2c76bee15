// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jland.scheduler.CustodyRecord;
import org.jland.scheduler.CustodyStep;
import org.jland.stats.Metric;
import org.jland.stats.StatsClient;
import org.jland.trace.Analysis;
import org.jland.trace.Recording;
import org.jland.trace.RecordingOptions;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceEvent;

/**
 * What runs beside a scheduler while a test does something bad to it: tasks that compute, that
 * switch and that fork, and a loop that wakes every 10 ms. Tells the longest time that any task of
 * the machine waited for a CPU.
 *
 * <pre>
 *   Scheduler scheduler = guest.attach("scx_jland");
 *   try (FaultLoad load = FaultLoad.start(guest)) {
 *     load.during("SIGSTOP", () -> ...).assertAtMost(FaultLoad.BOUND);
 *     load.end(scheduler);
 *   }
 *   scheduler.stop();
 * </pre>
 *
 * <p>One owner thread.
 */
final class FaultLoad implements AutoCloseable {
  /** What nearly every fault is held to. */
  static final Duration BOUND = Duration.ofMillis(300);

  /**
   * For each CPU: some 5 s of this load in instruction time. All that is recorded has to fit into
   * the heap of the tests, too.
   */
  private static final int BUFFER_MIB = 48;

  private static final Duration WARM_UP = Duration.ofMillis(500);
  private static final Pattern LOOP = Pattern.compile("C: *(\\d+) .*Max: *(\\d+)");
  private static final double NS_PER_MS = 1e6;

  private final Program stress;
  private final Program loop;

  /** What a test does meanwhile. */
  @FunctionalInterface
  interface Fault {
    void happen() throws IOException;
  }

  /**
   * The longest wait.
   *
   * @param fault the test's word for what happened meanwhile
   * @param time how long
   * @param story who waited, and why
   * @param trace of all of it
   */
  record LongestWait(String fault, Duration time, String story, SchedulingTrace trace) {
    void assertAtMost(Duration bound) {
      assertTrue(time.compareTo(bound) <= 0, this::toString);
    }

    /** When decisions of user space took effect, if custody was recorded; ns. */
    LongStream decisions() {
      return trace.events().stream()
          .filter(event -> event instanceof TraceEvent.Custody)
          .map(event -> ((TraceEvent.Custody) event).step())
          .filter(step -> step.step() == CustodyStep.INSERTED)
          .mapToLong(CustodyRecord::timeNs);
    }

    @Override
    public String toString() {
      return fault + ": " + time + ": " + story;
    }
  }

  private FaultLoad(Program stress, Program loop) {
    this.stress = stress;
    this.loop = loop;
  }

  /** Starts it, and waits until it is in full swing. */
  static FaultLoad start(Guest guest) throws IOException {
    Program stress =
        guest.start("stress-ng", "--cpu", "4", "--switch", "2", "--fork", "2", "--timeout", "3600");
    Program loop = guest.start("cyclictest", "--policy=other", "-i10000", "-q");
    Wait.pause(WARM_UP);
    return new FaultLoad(stress, loop);
  }

  /** Records while something happens, which takes 5 s at most. */
  LongestWait during(String name, Fault fault) throws IOException {
    return during(name, false, fault);
  }

  /** The same with the steps of custody, which take as much room again. */
  LongestWait duringWithCustody(String name, Fault fault) throws IOException {
    return during(name, true, fault);
  }

  private LongestWait during(String name, boolean custody, Fault fault) throws IOException {
    try (Recording recording = Recording.start(new RecordingOptions(BUFFER_MIB, custody))) {
      fault.happen();
      stress.signalGroup("STOP"); // reading and replaying would take minutes beside it
      SchedulingTrace trace = recording.stop();
      assertEquals(0, trace.info().lostEvents(), name + " took too long to record");
      Analysis analysis = Analysis.of(trace);
      LongestWait wait =
          new LongestWait(
              name, Duration.ofNanos(analysis.longestWaitNs()), analysis.longestWait(), trace);
      System.out.printf(
          "measured: %s: longest wait of %d in %.1f s: %.1f ms: %s%n",
          name,
          analysis.waits().count(),
          trace.info().lengthNs() / 1e9,
          analysis.longestWaitNs() / NS_PER_MS,
          wait.story());
      return wait;
    } finally {
      stress.signalGroup("CONT");
    }
  }

  /**
   * Ends it, and checks that no task was lost: all of the load's end when they are asked to, and
   * then none is with user space.
   *
   * @return the longest latency of the loop since the start
   */
  Duration end(Scheduler scheduler) throws IOException {
    Duration latency = end();
    try (StatsClient stats = scheduler.stats()) {
      assertTrue(
          Wait.until(Guest.PATIENCE, () -> custody(stats) == 0), "a task is still with user space");
    }
    return latency;
  }

  /** The same where no scheduler of the package runs: the caller looks at custody. */
  Duration end() throws IOException {
    stress.signal("INT");
    loop.signal("INT");
    assertEquals(0, stress.await(Guest.PATIENCE), stress::output);
    assertEquals(0, loop.await(Guest.PATIENCE), loop::output);
    Matcher matcher = LOOP.matcher(loop.output());
    assertTrue(matcher.find(), loop::output);
    Duration latency = Duration.ofNanos(Long.parseLong(matcher.group(2)) * 1000);
    System.out.printf(
        "measured: 10 ms loop: %s times, longest latency %.1f ms%n",
        matcher.group(1), latency.toNanos() / NS_PER_MS);
    return latency;
  }

  private static long custody(StatsClient stats) {
    try {
      return stats.stats().get(Metric.NR_CUSTODY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends whatever still runs. */
  @Override
  public void close() throws IOException {
    stress.close();
    loop.close();
  }
}
