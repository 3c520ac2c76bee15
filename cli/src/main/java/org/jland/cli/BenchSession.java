// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jland.bench.BenchException;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;
import org.jland.bench.ResultsFile;
import org.jland.bench.Sample;
import org.jland.bench.run.BenchEvent;
import org.jland.bench.run.BenchListener;
import org.jland.bench.run.Plan;
import org.jland.vm.Clock;
import org.jland.vm.GuestException;
import org.jland.vm.GuestResult;
import org.jland.vm.GuestSpec;
import org.jland.vm.Topology;

/**
 * Carries out what is missing in results, boot by boot, and keeps their file up to date. Boots may
 * run at the same time; everything they tell goes through one lock.
 */
final class BenchSession {
  private static final Duration TIMEOUT = Duration.ofMinutes(59);
  private static final int MEMORY_MIB = 3072;

  private final ResultsFile file;
  private final List<Future<?>> boots = new ArrayList<>();
  private BenchResults results;
  private BenchException broken;

  BenchSession(ResultsFile file, BenchResults results) {
    this.file = file;
    this.results = results;
  }

  synchronized BenchResults results() {
    return results;
  }

  /** Nothing more will come. */
  synchronized void complete() {
    results = results.completed();
    file.write(results);
  }

  /** What a boot shall measure. */
  synchronized Plan plan(String boot, Clock clock, String machine, List<String> rows) {
    Set<String> done = new HashSet<>();
    for (Sample sample : results.samples()) {
      done.add(Plan.key(sample.row(), sample.opponent(), sample.run()));
    }
    return new Plan(boot, clock(clock), machine, results.opponents(), rows, results.runs(), done);
  }

  /** The clock's name where it is compared. */
  static String clock(Clock clock) {
    return clock == Clock.INSTRUCTIONS ? Boot.INSTRUCTIONS : Boot.REAL;
  }

  /** The host is named where its speed is part of the figures. */
  private static String machine(Clock clock) {
    return clock == Clock.INSTRUCTIONS ? "guest" : "guest on " + Host.processor();
  }

  /**
   * Measures in guests; those in host time come last and alone.
   *
   * @param base the guest without its command
   * @param files what the opponents need
   * @param atOnce guests in instruction time at the same time
   * @return what went wrong with guests as a whole, a line each
   * @throws BenchException if the results can't be kept any more: then all guests have been stopped
   */
  List<String> inGuests(
      Guests guests, GuestSpec base, List<Path> files, List<BenchChunk> chunks, int atOnce)
      throws IOException {
    Path plans = Files.createTempDirectory("jland-bench");
    List<String> failures = new ArrayList<>();
    int first = results().boots().size() + 1;
    List<Callable<Void>> measured = new ArrayList<>();
    List<Callable<Void>> timed = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      BenchChunk chunk = chunks.get(i);
      String boot = "boot " + (first + i);
      boolean inInstructions = chunk.machine().clock() == Clock.INSTRUCTIONS;
      (inInstructions ? measured : timed)
          .add(() -> {
            inGuest(guests, base, files, chunk, boot, plans);
            return null;
          });
    }
    try {
      failures.addAll(carryOut(measured, atOnce));
      failures.addAll(carryOut(timed, 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted; what was measured is in " + file.path());
    } finally {
      Folders.delete(plans);
    }
    requireKept();
    return failures;
  }

  private List<String> carryOut(List<Callable<Void>> tasks, int atOnce)
      throws InterruptedException {
    List<String> failures = new ArrayList<>();
    try (ExecutorService runners = Executors.newFixedThreadPool(atOnce)) {
      List<Future<?>> futures = new ArrayList<>();
      synchronized (this) {
        for (Callable<Void> task : broken == null ? tasks : List.<Callable<Void>>of()) {
          futures.add(runners.submit(task));
        }
        boots.addAll(futures);
      }
      for (Future<?> future : futures) {
        try {
          future.get();
        } catch (ExecutionException e) {
          failures.add(String.valueOf(e.getCause().getMessage()));
        } catch (CancellationException e) {
          // The results can't be kept, which is said elsewhere.
        }
      }
    }
    return failures;
  }

  /** Fails if the results could not be kept. */
  private synchronized void requireKept() {
    if (broken != null) {
      throw broken;
    }
  }

  private void inGuest(
      Guests guests, GuestSpec base, List<Path> files, BenchChunk chunk, String boot, Path plans)
      throws IOException {
    BenchChunk.Machine machine = chunk.machine();
    Plan plan = plan(boot, machine.clock(), machine(machine.clock()), chunk.rows());
    Path folder = Files.createDirectory(plans.resolve(boot.replace(' ', '-')));
    Path planFile = Files.writeString(folder.resolve("plan.json"), ResultsFile.line(plan));
    List<Path> payload = new ArrayList<>(files);
    payload.add(planFile);
    GuestSpec spec =
        base.withCommand(List.of("/opt/jland/bin/jland", "bench-inside", "/payload/plan.json"))
            .withClock(machine.clock())
            .withTopology(
                machine.cpus() == base.topology().cpus()
                    ? base.topology()
                    : Topology.flat(machine.cpus()))
            .withPayload(payload)
            .withMemoryMib(MEMORY_MIB)
            .withTimeout(TIMEOUT);
    BenchListener listener = listener(boot + ": ");
    List<String> log = new ArrayList<>();
    GuestResult result;
    try (LineSink out = new LineSink(line -> told(line, listener, log));
        LineSink err = new LineSink(log::add)) {
      result = guests.run(spec, out, err);
    } catch (GuestException e) {
      throw new Failure(boot + " came to a bad end: " + e.getMessage() + lastOf(log));
    }
    if (result.status() != 0) {
      throw new Failure(boot + " ended with status " + result.status() + lastOf(log));
    }
  }

  private static void told(String line, BenchListener listener, List<String> log) {
    BenchEvent.parse(line).ifPresentOrElse(event -> event.tell(listener), () -> log.add(line));
  }

  private static String lastOf(List<String> log) {
    return log.isEmpty()
        ? ""
        : ": " + String.join(" / ", log.subList(Math.max(0, log.size() - 3), log.size()));
  }

  /** Keeps what is told. */
  BenchListener listener(String prefix) {
    return new BenchListener() {
      @Override
      public void booted(Boot boot) {
        update(results -> results.with(boot));
      }

      @Override
      public void phase(String what) {
        Progress.line(prefix + what);
      }

      @Override
      public void sampled(Sample sample) {
        if (!sample.counts()) {
          Progress.line(
              prefix + "VOID " + sample.row() + ", " + sample.opponent() + ": " + sample.voided());
        }
        update(results -> results.with(sample));
      }

      @Override
      public void skipped(String row, String why) {
        Progress.line(prefix + row + " is skipped: " + why);
        update(results -> results.skipping(row, why));
      }
    };
  }

  /** The same, for a runner in this process: what can't be kept ends it. */
  BenchListener hostListener() {
    BenchListener keeper = listener("");
    return new BenchListener() {
      @Override
      public void booted(Boot boot) {
        keeper.booted(boot);
        requireKept();
      }

      @Override
      public void phase(String what) {
        keeper.phase(what);
      }

      @Override
      public void sampled(Sample sample) {
        keeper.sampled(sample);
        requireKept();
      }

      @Override
      public void skipped(String row, String why) {
        keeper.skipped(row, why);
        requireKept();
      }
    };
  }

  /** If the file can't be written, what the guests measure from now on is for nobody. */
  private synchronized void update(UnaryOperator<BenchResults> change) {
    if (broken != null) {
      return;
    }
    results = change.apply(results);
    try {
      file.write(results);
    } catch (BenchException e) {
      broken = e;
      boots.forEach(boot -> boot.cancel(true));
    }
  }
}
