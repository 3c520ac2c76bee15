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
    return clock == Clock.INSTRUCTIONS ? "instructions" : "real";
  }

  /**
   * Measures in guests.
   *
   * @param base the guest without its command
   * @param files what the opponents need
   * @param atOnce guests at the same time
   * @return what went wrong with guests as a whole, a line each
   */
  List<String> inGuests(
      Guests guests, GuestSpec base, List<Path> files, List<BenchChunk> chunks, int atOnce)
      throws IOException {
    Path plans = Files.createTempDirectory("jland-bench");
    List<String> failures = new ArrayList<>();
    try (ExecutorService runners = Executors.newFixedThreadPool(atOnce)) {
      List<Future<?>> futures = new ArrayList<>();
      int first = results().boots().size() + 1;
      for (int i = 0; i < chunks.size(); i++) {
        BenchChunk chunk = chunks.get(i);
        String boot = "boot " + (first + i);
        futures.add(
            runners.submit(() -> {
              inGuest(guests, base, files, chunk, boot, plans);
              return null;
            }));
      }
      for (Future<?> future : futures) {
        try {
          future.get();
        } catch (ExecutionException e) {
          failures.add(String.valueOf(e.getCause().getMessage()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted; what was measured is in " + file.path());
    } finally {
      Folders.delete(plans);
    }
    synchronized (this) {
      if (broken != null) {
        throw broken;
      }
    }
    return failures;
  }

  private void inGuest(
      Guests guests, GuestSpec base, List<Path> files, BenchChunk chunk, String boot, Path plans)
      throws IOException {
    Plan plan = plan(boot, base.clock(), "guest", chunk.rows());
    Path folder = Files.createDirectory(plans.resolve(boot.replace(' ', '-')));
    Path planFile = Files.writeString(folder.resolve("plan.json"), ResultsFile.line(plan));
    List<Path> payload = new ArrayList<>(files);
    payload.add(planFile);
    GuestSpec spec =
        base.withCommand(List.of("/opt/jland/bin/jland", "bench-inside", "/payload/plan.json"))
            .withTopology(
                chunk.cpus() == base.topology().cpus()
                    ? base.topology()
                    : Topology.flat(chunk.cpus()))
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
    };
  }

  private synchronized void update(UnaryOperator<BenchResults> change) {
    results = change.apply(results);
    try {
      file.write(results);
    } catch (BenchException e) {
      if (broken == null) {
        broken = e;
        Progress.line(e.getMessage());
      }
    }
  }
}
