// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jland.bench.Boot;
import org.jland.bench.Opponent;
import org.jland.bench.Sample;
import org.jland.bench.run.BenchRunner;
import org.jland.bench.run.Plan;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Tag("newest")
class BenchVmTest {
  private static final Path AUTOGROUP = Path.of("/proc/sys/kernel/sched_autogroup_enabled");
  private static final String PIPE = "perf-pipe";
  private static final String SWITCH = "switch";

  @RegisterExtension final Guest guest = new Guest();
  @TempDir private Path folder;

  private final List<Sample> samples = new ArrayList<>();
  private final List<String> phases = new ArrayList<>();

  private static Opponent fifo() {
    return new Opponent(
        "scx_jlfifo", List.of(InstalledPackage.quick().resolve("bin/scx_jlfifo").toString()));
  }

  private void measure(
      List<Opponent> opponents,
      List<String> rows,
      Set<String> done,
      Duration patience,
      Consumer<String> phase)
      throws Exception {
    Plan plan = new Plan("boot", "real", "guest", opponents, rows, 1, done);
    String autogroup = Files.readString(AUTOGROUP);
    BenchLog listener =
        new BenchLog() {
          @Override
          public void phase(String what) {
            super.phase(what);
            phase.accept(what);
          }
        };
    new BenchRunner(plan, listener, patience).run(folder);
    assertEquals(List.of("boot"), listener.boots.stream().map(Boot::id).toList());
    samples.addAll(listener.samples);
    phases.addAll(listener.phases);
    assertEquals(autogroup, Files.readString(AUTOGROUP));
  }

  private Sample sample(String row, String opponent, int run) {
    return samples.stream()
        .filter(s -> s.row().equals(row) && s.opponent().equals(opponent) && s.run() == run)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no such sample in " + samples));
  }

  @Test
  void opponentsTakeTurnsAndBothAreTracedAndMeasured() throws Exception {
    measure(
        List.of(Opponent.eevdf(), fifo()), List.of(PIPE), Set.of(), Guest.PATIENCE, phase -> {});

    assertEquals(
        List.of("eevdf 0", "scx_jlfifo 0", "eevdf 1", "scx_jlfifo 1"),
        samples.stream().map(s -> s.opponent() + " " + s.run()).toList());
    for (Sample sample : samples) {
      assertTrue(sample.counts(), sample::toString);
      if (sample.run() == 0) {
        assertTrue(sample.longestWaitUs() > 0, sample::toString);
        assertTrue(sample.idleWhileRunnable() >= 0, sample::toString);
        assertTrue(sample.idleWhileRunnable() < 1, sample::toString);
      } else {
        assertTrue(sample.values().get("ops") > 100, sample::toString);
      }
    }
  }

  @Test
  void schedulerThatIsKilledVoidsItsRunAndIsReported() throws Exception {
    Set<String> done = Set.of(Plan.key(SWITCH, "scx_jlfifo", 0), Plan.key(PIPE, "scx_jlfifo", 0));
    measure(
        List.of(fifo()),
        List.of(SWITCH, PIPE),
        done,
        Guest.PATIENCE,
        phase -> {
          if (phase.endsWith(": " + SWITCH)) {
            killSoon("ScxJlfifo");
          }
        });

    Sample killed = sample(SWITCH, "scx_jlfifo", 1);
    assertFalse(killed.counts(), killed::toString);
    assertEquals(0, killed.values().size());
    assertTrue(killed.voided().contains("was not attached all the time"), killed::voided);
    assertTrue(sample(PIPE, "scx_jlfifo", 1).counts(), "it was attached again for the next one");
  }

  @Test
  void opponentsThatNeverAttachVoidTheirRunsOnly() throws Exception {
    Opponent crashes = new Opponent("crashes", List.of("sh", "-c", "echo no license; exit 3"));
    Opponent hangs = new Opponent("hangs", List.of("sleep", "1000"));
    Opponent missing = new Opponent("missing", List.of("/no/such/scheduler"));
    List<Opponent> opponents = List.of(crashes, hangs, missing, Opponent.eevdf());
    Set<String> done = new HashSet<>();
    opponents.forEach(opponent -> done.add(Plan.key(PIPE, opponent.name(), 0)));
    measure(opponents, List.of(PIPE), done, Duration.ofSeconds(3), phase -> {});

    assertEquals(
        "crashes ended with status 3 instead of attaching: no license",
        sample(PIPE, "crashes", 1).voided());
    assertTrue(
        sample(PIPE, "hangs", 1).voided().startsWith("hangs was not attached after 3 s"),
        sample(PIPE, "hangs", 1).voided());
    assertTrue(
        sample(PIPE, "missing", 1).voided().contains("/no/such/scheduler"),
        sample(PIPE, "missing", 1).voided());
    assertTrue(sample(PIPE, "eevdf", 1).counts());
  }

  @Test
  void whatIsDoneIsNotDoneAgain() throws Exception {
    Set<String> done = Set.of(Plan.key(PIPE, "eevdf", 0), Plan.key(PIPE, "eevdf", 1));
    measure(List.of(Opponent.eevdf()), List.of(PIPE), done, Guest.PATIENCE, phase -> {});

    assertEquals(List.of(), samples);
    assertEquals(List.of(), phases);
  }

  @Test
  void commandMeasuresAMachineItself() throws IOException {
    Path json = folder.resolve("r.json");
    String page = folder.resolve("r.html").toString();
    String text =
        guest.run(
            Duration.ofMinutes(10),
            InstalledPackage.quick().resolve("bin/jland").toString(),
            "bench",
            "--host",
            "--only",
            PIPE,
            "--runs",
            "1",
            "--json",
            json.toString(),
            "--html",
            page);
    assertTrue(text.contains(PIPE), text);
    assertTrue(Files.readString(json).contains("\"complete\" : true"));
    assertTrue(Files.readString(Path.of(page)).contains(PIPE));
  }

  @Test
  void signalEndsTheCommandAndKeepsWhatWasMeasured() throws IOException {
    Path json = folder.resolve("r.json");
    Program bench =
        guest.start(
            InstalledPackage.quick().resolve("bin/jland").toString(),
            "bench",
            "--host",
            "--only",
            PIPE + "," + SWITCH,
            "--against",
            "eevdf",
            "--scheduler",
            "eevdf",
            "--json",
            json.toString());
    bench.mayFail();
    assertTrue(
        Wait.until(Guest.PATIENCE, () -> bench.output().contains("run 1 of 5, eevdf: " + SWITCH)),
        bench::output);

    bench.signal("TERM");

    assertTrue(bench.await(Duration.ofSeconds(60)) != 0, bench::output);
    String kept = Files.readString(json);
    assertTrue(kept.contains("\"complete\" : false"), kept);
    assertTrue(kept.contains("\"run\" : 1"), kept);
  }

  /** In the middle of the workload that is about to begin. */
  private static void killSoon(String name) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(1000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          ProcessHandle.current()
              .descendants()
              .filter(child -> child.info().commandLine().orElse("").contains(name))
              .forEach(ProcessHandle::destroyForcibly);
        });
  }
}
