// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.jland.scheduler.CustodyRecord;
import org.jland.scheduler.CustodyStep;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.KernelRunner;
import org.jland.scheduler.RunningScheduler;
import org.jland.scheduler.SchedulerConfig;
import org.jland.scheduler.SchedulerRunner.RunningReport;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.topology.TopologyReader;
import org.jland.trace.Analysis;
import org.jland.trace.Recording;
import org.jland.trace.RecordingOptions;
import org.jland.trace.Report;
import org.jland.trace.TraceFile;
import org.jland.trace.WakePath;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceEvent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of real loads. */
@Tag("newest")
class TraceVmTest {
  private static final Path INSTANCES = Path.of("/sys/kernel/tracing/instances");

  @RegisterExtension final Guest guest = new Guest();

  @TempDir Path folder;

  /** Metrics just before and just after a recording began, and just before and after it ended. */
  private record Bracket(
      SchedulingTrace trace, Metrics before, Metrics begun, Metrics ending, Metrics after) {

    /** The recording has no step that was not counted, and none is missing. */
    void check(CustodyStep step, Metric metric) {
      long recorded = steps(trace, step).size();
      long least = ending.get(metric) - begun.get(metric);
      long most = after.get(metric) - before.get(metric);
      assertTrue(
          least <= recorded && recorded <= most,
          () -> step + ": " + recorded + " recorded, counted " + least + " to " + most);
      assertTrue(recorded > 0, step::toString);
    }
  }

  @Test
  void kernelsOwnSchedulerIsRecordedWithoutCustody() throws IOException {
    try (Recording recording = Recording.start(RecordingOptions.defaults())) {
      guest.run("hackbench", "-g", "1", "-l", "50");
      SchedulingTrace trace = recording.stop();
      assertEquals(0, trace.info().lostEvents());
      assertTrue(trace.events().stream().filter(TraceEvent.Switch.class::isInstance).count() > 100);
      assertEquals(Set.of(WakePath.KERNEL), Analysis.of(trace).wakeUpLatencies().keySet());
    }
    assertNoInstance();
  }

  @Test
  void stepsOfCustodyAreThoseThatTheSchedulerCounted() throws IOException {
    Bracket[] bracket = new Bracket[1];
    RunningReport report = run(running -> bracket[0] = record(running));

    assertTrue(report.metrics().isConserved(), report.metrics()::conservation);
    bracket[0].check(CustodyStep.QUEUED, Metric.NR_TOTAL_QUEUED);
    bracket[0].check(CustodyStep.INSERTED, Metric.NR_USER_DISPATCHES);
    bracket[0].check(CustodyStep.SCHED_IN, Metric.NR_SCHED_RUNS);
    checkStories(bracket[0].trace());
    checkFile(bracket[0].trace());
    assertNoInstance();
  }

  @Test
  void fullBufferIsToldAndEndsTheRecordingBeforeTheLoss() throws IOException {
    try (Recording recording = Recording.start(new RecordingOptions(1, false))) {
      guest.run("stress-ng", "--switch", "4", "--timeout", "4");
      SchedulingTrace trace = recording.stop();
      assertTrue(trace.info().lostEvents() > 0);
      assertTrue(trace.info().lengthNs() < trace.info().askedNs());
      assertTrue(trace.events().getLast().timeNs() <= trace.info().endNs());
      assertTrue(Report.of(Analysis.of(trace)).contains("LOST"));
    }
  }

  @Test
  void whatAKilledTracerLeftBehindIsRemoved() throws IOException {
    Files.createDirectory(INSTANCES.resolve("jland-999999999"));
    Recording.start(new RecordingOptions(1, false)).close();
    assertNoInstance();
  }

  @Test
  void recordingEndsWithASignalAndIsKept() throws IOException {
    Path file = folder.resolve("a.pftrace");
    Program tracer = guest.start("jland", "trace", "--host", "-o", file.toString(), "-d", "300");
    assertTrue(Wait.until(Guest.PATIENCE, () -> instances().stream().anyMatch(TraceVmTest::isOn)));
    guest.run("hackbench", "-g", "1", "-l", "10");
    tracer.signal("TERM");
    assertEquals(0, tracer.await(Guest.PATIENCE), tracer::output);
    assertTrue(TraceFile.read(file).events().size() > 100);
    assertNoInstance();
  }

  private interface Work {
    void with(RunningScheduler running) throws IOException;
  }

  private static RunningReport run(Work work) {
    RunningReport report =
        new KernelRunner()
            .run(
                SchedulerConfig.defaults("scx_test"),
                Fifo::new,
                TopologyReader.read(),
                running -> {
                  try {
                    work.with(running);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  } finally {
                    running.stop();
                  }
                });
    assertEquals(ExitReport.UNREG, report.exit().kind(), report.exit()::line);
    assertTrue(Wait.until(Guest.PATIENCE, () -> Guest.state().equals("disabled")));
    return report;
  }

  private Bracket record(RunningScheduler running) throws IOException {
    Metrics before = Metrics.of(running.metrics());
    try (Recording recording = Recording.start(RecordingOptions.defaults())) {
      Metrics begun = Metrics.of(running.metrics());
      guest.run("hackbench", "-g", "1", "-l", "50");
      Metrics ending = Metrics.of(running.metrics());
      SchedulingTrace trace = recording.stop();
      return new Bracket(trace, before, begun, ending, Metrics.of(running.metrics()));
    }
  }

  /** Each stay in custody that began in the recording ends once, later, and by its own decision. */
  private static void checkStories(SchedulingTrace trace) {
    Map<Integer, CustodyRecord> inCustody = new HashMap<>();
    Set<Long> stays = new HashSet<>();
    for (TraceEvent event : trace.events()) {
      if (event instanceof TraceEvent.Custody custody) {
        CustodyRecord step = custody.step();
        switch (step.step()) {
          case QUEUED -> {
            assertEquals(null, inCustody.put(step.pid(), step), step::toString);
            stays.add(step.generation());
          }
          case INSERTED, CANCELLED -> {
            CustodyRecord queued = inCustody.remove(step.pid());
            if (queued != null) {
              assertEquals(queued.generation(), step.generation(), step::toString);
            }
          }
          default -> {}
        }
      }
    }
    assertTrue(stays.size() > 10, stays::toString);
  }

  /** The file tells the same, and its report has all parts. */
  private void checkFile(SchedulingTrace trace) {
    Path file = folder.resolve("b.pftrace");
    TraceFile.write(trace, file);
    String report = Report.of(Analysis.of(TraceFile.read(file)));
    assertEquals(Report.of(Analysis.of(trace)), report);
    assertTrue(report.contains("user space"), report);
    assertTrue(report.contains("given to user space"), report);
    System.out.println(report);
  }

  private static List<CustodyRecord> steps(SchedulingTrace trace, CustodyStep step) {
    return trace.events().stream()
        .filter(TraceEvent.Custody.class::isInstance)
        .map(event -> ((TraceEvent.Custody) event).step())
        .filter(record -> record.step() == step)
        .toList();
  }

  private static void assertNoInstance() {
    assertEquals(List.of(), instances());
  }

  /** Whether it records: a new one is switched on, but has no events. */
  private static boolean isOn(Path instance) {
    try {
      return Files.readString(instance.resolve("events/sched/enable")).startsWith("X")
          && Files.readString(instance.resolve("tracing_on")).startsWith("1");
    } catch (IOException e) {
      return false; // it is just being made
    }
  }

  private static List<Path> instances() {
    try (Stream<Path> left = Files.list(INSTANCES)) {
      return left.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the order in which tasks came. */
  private static final class Fifo implements Policy {
    @Override
    public void enqueued(TaskView task, Dispatcher out) {
      out.dispatch(task.id(), 0, task.enqTs());
    }
  }
}
