// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jland.bench.Boot;
import org.jland.bench.Figure;
import org.jland.bench.Opponent;
import org.jland.bench.Sample;
import org.jland.trace.Analysis;
import org.jland.trace.Recording;
import org.jland.trace.RecordingOptions;
import org.jland.trace.model.TraceException;

/**
 * Measures on the machine it runs on, as root. The opponents take turns: A runs every workload
 * once, then B, then A again, so that what changes with time hits all of them. Round 0 is traced
 * and warms up. One thread.
 */
public final class BenchRunner {
  private static final Path AUTOGROUP = Path.of("/proc/sys/kernel/sched_autogroup_enabled");

  /** For each CPU; room for a second of a load that switches all the time. */
  private static final int BUFFER_MIB = 8;

  private static final double NS_PER_US = 1e3;

  private final Plan plan;
  private final BenchListener listener;
  private final Duration patience;
  private final Optional<KernelSource> kernelSource;
  private final Map<String, String> unprepared = new HashMap<>();
  private final Set<String> skipped = new HashSet<>();
  private final Deque<Workload> prepared = new ArrayDeque<>();

  /** A runner for one boot. */
  public BenchRunner(Plan plan, BenchListener listener) {
    this(plan, listener, Attachment.patience(plan.clock()), Optional.empty());
  }

  /**
   * A runner for one boot.
   *
   * @param patience how long a scheduler may take to attach
   */
  public BenchRunner(Plan plan, BenchListener listener, Duration patience) {
    this(plan, listener, patience, Optional.empty());
  }

  /** A runner that can build a kernel, too. */
  public BenchRunner(Plan plan, BenchListener listener, Optional<KernelSource> kernelSource) {
    this(plan, listener, Attachment.patience(plan.clock()), kernelSource);
  }

  private BenchRunner(
      Plan plan, BenchListener listener, Duration patience, Optional<KernelSource> kernelSource) {
    this.plan = plan;
    this.listener = listener;
    this.patience = patience;
    this.kernelSource = kernelSource;
  }

  /**
   * Measures whatever the plan lacks.
   *
   * @param folder exists; gets programs and data
   * @throws IOException if the machine does not let us
   * @throws InterruptedException if the thread is interrupted; everything has ended then
   */
  public void run(Path folder) throws IOException, InterruptedException {
    Attachment.requireNone();
    int cpus = Runtime.getRuntime().availableProcessors();
    listener.booted(
        new Boot(
            plan.boot(), System.getProperty("os.version"), cpus, plan.clock(), plan.machine()));
    String autogroup = Files.exists(AUTOGROUP) ? Files.readString(AUTOGROUP).strip() : "";
    try (Stage stage = new Stage(folder, cpus, kernelSource)) {
      write(autogroup.isEmpty() ? "" : "0");
      try {
        prepare(stage);
        for (int run = 0; run <= plan.runs(); run++) {
          for (Opponent opponent : plan.opponents()) {
            round(stage, opponent, run);
          }
        }
      } finally {
        finish(stage);
      }
    } finally {
      write(autogroup);
    }
  }

  /** Autogroups follow sessions, of which a benchmark has more than an ordinary shell. */
  private static void write(String autogroup) throws IOException {
    if (!autogroup.isEmpty()) {
      Files.writeString(AUTOGROUP, autogroup);
    }
  }

  private void prepare(Stage stage) throws IOException, InterruptedException {
    Set<String> wanted = new HashSet<>();
    for (Opponent opponent : plan.opponents()) {
      for (int run = 0; run <= plan.runs(); run++) {
        plan.missing(opponent, run).forEach(workload -> wanted.add(workload.row().name()));
      }
    }
    for (String row : plan.rows()) {
      if (wanted.contains(row)) {
        listener.phase("preparing " + row);
        try {
          Workload workload = Suite.workload(row).orElseThrow();
          prepared.push(workload);
          workload.prepare(stage);
        } catch (SkippedException e) {
          skipped.add(row);
          listener.skipped(row, e.getMessage());
        } catch (WorkloadException e) {
          unprepared.put(row, e.getMessage());
        } finally {
          stage.clear();
        }
      }
    }
  }

  private void finish(Stage stage) throws IOException, InterruptedException {
    while (!prepared.isEmpty()) {
      Workload workload = prepared.pop();
      try {
        workload.finish(stage);
      } catch (WorkloadException e) {
        listener.phase(workload.row().name() + " was not stopped: " + e.getMessage());
      }
    }
  }

  /** All that an opponent has to run once, in one attachment if it holds. */
  private void round(Stage stage, Opponent opponent, int run)
      throws IOException, InterruptedException {
    List<Workload> missing =
        plan.missing(opponent, run).stream()
            .filter(workload -> !skipped.contains(workload.row().name()))
            .toList();
    int next = 0;
    while (next < missing.size()) {
      listener.phase(title(run, opponent));
      Path log = Files.createTempFile(stage.folder(), "scheduler", ".log");
      try (Attachment attachment = Attachment.of(opponent, log, patience)) {
        stage.setAttachment(attachment);
        settle(stage, opponent);
        boolean holds = true;
        while (holds && next < missing.size()) {
          holds = sample(stage, missing.get(next++), opponent, run);
        }
      } catch (WorkloadException e) {
        // It does not attach: it will not do so for the rest of this round.
        while (next < missing.size()) {
          report(missing.get(next++), opponent, run, e.getMessage());
        }
      }
    }
  }

  /**
   * A scheduler's first second, in which its JIT or its caches may have things to do, is nobody's.
   */
  private static void settle(Stage stage, Opponent opponent)
      throws IOException, WorkloadException, InterruptedException {
    if (!opponent.isDefault()) {
      stage.run("stress-ng", "--switch", "2", "--timeout", "1");
      stage.clear();
    }
  }

  /** Runs one workload once; whether the opponent is still in charge after it. */
  private boolean sample(Stage stage, Workload workload, Opponent opponent, int run)
      throws IOException, InterruptedException {
    String row = workload.row().name();
    String fault = unprepared.get(row);
    Sample sample = null;
    if (fault == null) {
      listener.phase(title(run, opponent) + ": " + row);
      try {
        sample =
            run == 0 ? traced(stage, workload, opponent) : measured(stage, workload, opponent, run);
      } catch (WorkloadException e) {
        fault = e.getMessage();
      } catch (RuntimeException e) {
        fault = "a bug in jland bench: " + e + " at " + e.getStackTrace()[0];
      } finally {
        stage.clear();
      }
    }
    String broken = stage.attachment().broken().orElse(null);
    if (broken != null) {
      report(workload, opponent, run, broken);
    } else if (fault != null) {
      report(workload, opponent, run, fault);
    } else {
      listener.sampled(sample);
    }
    return broken == null;
  }

  private Sample measured(Stage stage, Workload workload, Opponent opponent, int run)
      throws IOException, WorkloadException, InterruptedException {
    Map<String, Double> values = workload.run(stage);
    requireAll(workload, values);
    return Sample.of(workload.row().name(), opponent.name(), run, plan.boot(), values);
  }

  /** Without custody: whatever schedules is looked at in the same way. */
  private Sample traced(Stage stage, Workload workload, Opponent opponent)
      throws IOException, WorkloadException, InterruptedException {
    try (Recording recording = Recording.start(new RecordingOptions(BUFFER_MIB, false))) {
      workload.run(stage);
      Analysis analysis = Analysis.of(recording.stop());
      return Sample.traced(
          workload.row().name(),
          opponent.name(),
          plan.boot(),
          analysis.idleWhileRunnableShare(),
          analysis.longestWaitNs() / NS_PER_US);
    } catch (TraceException e) {
      throw new WorkloadException("no trace: " + e.getMessage());
    }
  }

  private String title(int run, Opponent opponent) {
    return (run == 0 ? "traced run" : "run " + run + " of " + plan.runs()) + ", " + opponent.name();
  }

  private static void requireAll(Workload workload, Map<String, Double> values) {
    for (Figure figure : workload.row().figures()) {
      Double value = values.get(figure.name());
      if (value == null || !Double.isFinite(value)) {
        throw new IllegalStateException(workload.row().name() + " yields no " + figure.name());
      }
    }
  }

  private void report(Workload workload, Opponent opponent, int run, String why) {
    listener.sampled(
        Sample.voided(
            workload.row().name(), opponent.name(), run, plan.boot(), why.replace('\n', ' ')));
  }
}
