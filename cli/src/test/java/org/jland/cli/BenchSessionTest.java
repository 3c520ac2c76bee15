// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jland.bench.BenchException;
import org.jland.bench.BenchResults;
import org.jland.bench.Boot;
import org.jland.bench.Opponent;
import org.jland.bench.ResultsFile;
import org.jland.bench.Row;
import org.jland.bench.Sample;
import org.jland.bench.run.BenchEvent;
import org.jland.bench.run.Suite;
import org.jland.vm.Accelerator;
import org.jland.vm.Clock;
import org.jland.vm.GuestResult;
import org.jland.vm.GuestSpec;
import org.jland.vm.KernelEntry;
import org.jland.vm.KernelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guests are played here: they tell lines, as real ones do. */
class BenchSessionTest {
  private static final BenchChunk.Machine MACHINE = new BenchChunk.Machine(Clock.INSTRUCTIONS, 2);
  private static final GuestSpec BASE = GuestSpec.of(List.of("true")).withClock(Clock.INSTRUCTIONS);

  @TempDir private Path folder;

  private final List<GuestSpec> booted = new ArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private int most;

  /** What a guest does before its end. */
  private interface Life {
    void live(GuestSpec spec, OutputStream out) throws IOException, InterruptedException;
  }

  private Guests guests(Life life) {
    return new Guests() {
      @Override
      public List<KernelEntry> kernels() {
        throw new AssertionError("not asked for");
      }

      @Override
      public void prepare(GuestSpec spec) {
        throw new AssertionError("not asked for");
      }

      @Override
      public GuestResult run(GuestSpec spec, OutputStream out, OutputStream err)
          throws IOException {
        synchronized (booted) {
          booted.add(spec);
          most = Math.max(most, running.incrementAndGet());
        }
        try {
          life.live(spec, out);
        } catch (InterruptedException e) {
          throw new IOException("killed", e);
        } finally {
          running.decrementAndGet();
        }
        return new GuestResult(
            0,
            new KernelVersion("7.3.4"),
            Accelerator.TCG,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO);
      }

      @Override
      public GuestResult shell(GuestSpec spec) {
        throw new AssertionError("not asked for");
      }
    };
  }

  private static void tell(OutputStream out, BenchEvent event) throws IOException {
    out.write(("@bench " + ResultsFile.line(event) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void sample(OutputStream out, int run) throws IOException {
    Sample sample = Sample.of("hackbench", "eevdf", run, "boot 1", Map.of("time", 1.0));
    tell(out, new BenchEvent(null, sample, null, null));
  }

  private BenchSession session(Path file, String... rows) {
    List<Row> known =
        Suite.rows().stream().filter(row -> List.of(rows).contains(row.name())).toList();
    return new BenchSession(
        new ResultsFile(file),
        new BenchResults(
            BenchResults.FORMAT,
            "0",
            "2026-11-26T00:00:00Z",
            List.of("jland", "bench"),
            3,
            false,
            List.of(Opponent.eevdf()),
            known,
            List.of(),
            List.of(),
            List.of()));
  }

  private static BenchChunk chunk(Clock clock, String... rows) {
    return new BenchChunk(List.of(rows), new BenchChunk.Machine(clock, 2), 1);
  }

  @Test
  void guestsAreStoppedWhenTheResultsCantBeKeptAnyMore() throws IOException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path file = disk.resolve("r.json");
    BenchSession session = session(file, "hackbench", "zstd");
    CountDownLatch both = new CountDownLatch(2);
    AtomicInteger stopped = new AtomicInteger();
    Guests guests =
        guests((spec, out) -> {
          both.countDown();
          assertTrue(both.await(10, TimeUnit.SECONDS));
          synchronized (both) {
            if (stopped.get() == 0 && Files.isDirectory(disk)) {
              sample(out, 1);
              Files.move(disk, folder.resolve("gone"));
              sample(out, 2);
            }
          }
          try {
            Thread.sleep(Duration.ofMinutes(1));
          } catch (InterruptedException e) {
            stopped.incrementAndGet();
            throw e;
          }
        });
    List<BenchChunk> chunks =
        List.of(
            chunk(Clock.INSTRUCTIONS, "hackbench"),
            chunk(Clock.INSTRUCTIONS, "zstd"),
            chunk(Clock.INSTRUCTIONS, "hackbench"),
            chunk(Clock.SINGLE, "zstd"));

    BenchException e =
        assertThrows(
            BenchException.class, () -> session.inGuests(guests, BASE, List.of(), chunks, 2));

    assertTrue(e.getMessage().startsWith("can't write " + file), e::getMessage);
    assertEquals(2, stopped.get());
    assertEquals(2, booted.size(), "no other guest is booted for nothing");
    BenchResults kept = new ResultsFile(folder.resolve("gone/r.json")).read();
    assertEquals(List.of(1), kept.samples().stream().map(Sample::run).toList());
    assertFalse(kept.complete());
  }

  @Test
  void listenerOfThisProcessFailsWhenTheResultsCantBeKept() throws IOException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    BenchSession session = session(disk.resolve("r.json"), "hackbench");
    Sample sample = Sample.of("hackbench", "eevdf", 1, "boot 1", Map.of("time", 1.0));
    session.hostListener().sampled(sample);
    Files.move(disk, folder.resolve("gone"));
    assertThrows(BenchException.class, () -> session.hostListener().sampled(sample));
  }

  @Test
  void guestsInHostTimeRunAloneAndAfterTheOthers() throws IOException {
    BenchSession session = session(folder.resolve("r.json"), "hackbench", "zstd");
    Guests guests =
        guests((spec, out) -> {
          if (spec.clock() == Clock.SINGLE) {
            assertEquals(1, running.get());
          }
          tell(out, new BenchEvent(boot(spec), null, null, null));
          Thread.sleep(50);
        });
    List<BenchChunk> chunks =
        List.of(
            chunk(Clock.SINGLE, "zstd-real"),
            chunk(Clock.INSTRUCTIONS, "hackbench"),
            chunk(Clock.SINGLE, "build-real"),
            chunk(Clock.INSTRUCTIONS, "zstd"));

    assertEquals(List.of(), session.inGuests(guests, BASE, List.of(), chunks, 2));

    assertEquals(
        List.of(Clock.INSTRUCTIONS, Clock.INSTRUCTIONS, Clock.SINGLE, Clock.SINGLE),
        booted.stream().map(GuestSpec::clock).toList());
  }

  /** What the guest's part of the command makes of its plan. */
  private static Boot boot(GuestSpec spec) {
    try {
      Path file = spec.payload().getLast();
      var plan = ResultsFile.parse(Files.readString(file), org.jland.bench.run.Plan.class);
      boolean real = spec.clock() == Clock.SINGLE;
      assertEquals(real ? "real" : "instructions", plan.clock());
      assertEquals(
          real ? "guest on " + Host.processor() : "guest",
          plan.machine(),
          "the host is named where its speed counts");
      return new Boot(plan.boot(), "7.3.4", 2, plan.clock(), plan.machine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void rowThatAMachineSkipsIsLeftOutWithANote() throws IOException {
    Path file = folder.resolve("r.json");
    BenchSession session = session(file, "schbench", "hackbench");
    Guests guests =
        guests((spec, out) ->
            tell(
                out,
                new BenchEvent(
                    null, null, null, new BenchEvent.Skip("schbench", "there is none"))));

    session.inGuests(
        guests, BASE, List.of(), List.of(chunk(Clock.INSTRUCTIONS, "schbench", "hackbench")), 1);

    BenchResults kept = new ResultsFile(file).read();
    assertEquals(List.of("hackbench"), kept.rows().stream().map(Row::name).toList());
    assertEquals(List.of("schbench was skipped: there is none"), kept.notes());
    assertEquals(List.of(), kept.samples());
  }

  @Test
  void processorIsNamedByItsModel() throws IOException {
    Path cpuinfo =
        Files.writeString(
            folder.resolve("cpuinfo"), "processor\t: 0\nmodel name\t: Some   Chip 9\n\n");
    assertEquals("Some Chip 9, 2 CPUs", Host.processor(cpuinfo, 2));
    assertEquals(
        System.getProperty("os.arch") + ", 1 CPU", Host.processor(folder.resolve("none"), 1));
  }
}
