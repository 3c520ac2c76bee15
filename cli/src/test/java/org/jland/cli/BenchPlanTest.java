// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jland.bench.Opponent;
import org.jland.bench.Row;
import org.jland.bench.run.Suite;
import org.jland.vm.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchPlanTest {
  private static final Path BIN = Path.of("/opt/jland/bin");

  private static final BenchChunk.Machine TWO_CPUS = new BenchChunk.Machine(Clock.INSTRUCTIONS, 2);

  @TempDir private Path folder;

  private BenchOpponents parse(String... typed) {
    return BenchOpponents.parse(List.of(typed), BIN, true, new Peers(folder.resolve("peers")));
  }

  private Path program(String name) throws IOException {
    Path file =
        Files.createDirectories(folder.resolve(name).getParent())
            .resolve(Path.of(name).getFileName());
    Files.writeString(file, "#!/bin/sh\n");
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }

  @Test
  void ownSchedulersDefaultAndBinariesAreOpponents() throws IOException {
    Path binary = program("bin/scx_other");
    BenchOpponents opponents = parse("eevdf", binary + " -v", "scx_jland -s 5000");

    assertEquals(
        List.of(
            Opponent.eevdf(),
            new Opponent("scx_other -v", List.of("/payload/scx_other", "-v")),
            new Opponent("scx_jland -s 5000", List.of("/opt/jland/bin/scx_jland", "-s", "5000"))),
        opponents.opponents());
    assertEquals(List.of(binary), opponents.files());
  }

  @Test
  void sourceFileIsRunByJland() throws IOException {
    Path source = Files.writeString(folder.resolve("Slow.java"), "class Slow {}");
    assertEquals(
        List.of("/opt/jland/bin/jland", "run", "/payload/Slow.java", "-s", "1"),
        parse(source + " -s 1").opponents().getFirst().command());
  }

  @Test
  void installedPeerIsKnownByItsName() throws IOException {
    Path peer = program("peers/bin/scx_rustland");
    assertEquals(List.of(peer), parse("scx_rustland").files());
  }

  @Test
  void opponentsThatCantBeToldApartAreRefused() throws IOException {
    Path one = program("a/scx_x");
    Path two = program("b/scx_x");
    Failure e = assertThrows(Failure.class, () -> parse(one.toString(), two + " -v"));
    assertTrue(e.getMessage().contains("two files are called scx_x"), e.getMessage());
    e = assertThrows(Failure.class, () -> parse(one.toString(), two.toString()));
    assertTrue(e.getMessage().contains("scx_x"), e.getMessage());
  }

  @Test
  void fileThatCantBeExecutedIsRefusedWithTheFix() throws IOException {
    Path file = Files.writeString(folder.resolve("scx_x"), "");
    Failure e = assertThrows(Failure.class, () -> parse(file.toString()));
    assertTrue(e.getMessage().contains("chmod +x"), e.getMessage());
  }

  @Test
  void everyRowIsInOneBootWithTheCpusThatItNeeds() {
    List<String> rows = Suite.rows().stream().map(Row::name).toList();
    List<BenchChunk> chunks = BenchChunk.plan(rows, TWO_CPUS, 6, 2, 2);

    assertEquals(rows.size(), chunks.stream().mapToInt(chunk -> chunk.rows().size()).sum());
    assertEquals(
        Set.copyOf(rows),
        chunks.stream().flatMap(chunk -> chunk.rows().stream()).collect(Collectors.toSet()));
    for (BenchChunk chunk : chunks) {
      for (String row : chunk.rows()) {
        int wanted = Suite.cpus(row);
        assertEquals(wanted == 0 ? 2 : wanted, chunk.machine().cpus(), row);
      }
    }
    Set<Integer> sizes =
        new TreeSet<>(chunks.stream().map(chunk -> chunk.machine().cpus()).toList());
    assertEquals(Set.of(1, 2, 4, 8, 16), sizes);
  }

  @Test
  void rowsInHostTimeHaveBootsOfTheirOwn() {
    List<String> rows = Suite.rows().stream().map(Row::name).toList();
    List<BenchChunk> chunks = BenchChunk.plan(rows, TWO_CPUS, 6, 2, 2);
    Set<String> real = new TreeSet<>();
    for (BenchChunk chunk : chunks) {
      boolean inHostTime = chunk.machine().clock() == Clock.SINGLE;
      for (String row : chunk.rows()) {
        assertEquals(row.endsWith("-real"), inHostTime, chunk::toString);
      }
      if (inHostTime) {
        real.addAll(chunk.rows());
      }
    }
    assertEquals(
        Set.of(
            "build-real",
            "hackbench-real",
            "nginx-real",
            "pgread-real",
            "sysbench-memory-real",
            "sysbench-threads-real",
            "transformer-real",
            "zstd-real"),
        real);
  }

  @Test
  void rowsInHostTimeAreAnotherOnesInAFamilyOfTheirOwn() {
    for (Row row : Suite.rows()) {
      if (Suite.isRealTime(row.name())) {
        String name = row.name().substring(0, row.name().length() - "-real".length());
        Row same =
            Suite.rows().stream()
                .filter(other -> other.name().equals(name))
                .findAny()
                .orElseThrow();
        assertEquals(same.figures(), row.figures());
        assertEquals("throughput in real time", row.family());
        assertFalse(Suite.isRealTime(name), name);
      }
    }
  }

  @Test
  void fullSuiteCrossChecksOnlyInInstructionTime() {
    assertTrue(names(rows(false, false)).contains("build-real"));
    assertFalse(names(rows(true, false)).contains("build-real"));
    assertTrue(names(rows(true, false)).contains("build"));
    assertTrue(rows(false, false).notes().getFirst().contains("build-real"));
    assertEquals(List.of(), rows(true, false).notes());
    assertEquals(List.of(), new BenchRows("quick", List.of(), false, false).notes());
  }

  @Test
  void inHostTimeNoRowIsThereTwice() {
    List<String> pattern = List.of("zstd*");
    assertEquals(
        List.of("zstd", "zstd-real"), names(new BenchRows("quick", pattern, false, false)));
    assertEquals(List.of("zstd"), names(new BenchRows("quick", pattern, true, false)));
    BenchRows twice = new BenchRows("quick", List.of("zstd-real"), true, false);
    Failure e = assertThrows(Failure.class, twice::rows);
    assertTrue(e.getMessage().contains("all are in host time"), e::getMessage);
  }

  @Test
  void kernelIsBuiltWhereThereAreSources() {
    assertFalse(names(rows(true, false)).contains("kernel-build"));
    assertTrue(names(rows(true, true)).contains("kernel-build"));
    BenchRows only = new BenchRows("quick", List.of("kernel-*", "build"), true, true);
    assertEquals(List.of("build", "kernel-build"), names(only));
  }

  private static BenchRows rows(boolean allRealTime, boolean hasKernelSource) {
    return new BenchRows("full", List.of(), allRealTime, hasKernelSource);
  }

  private static List<String> names(BenchRows rows) {
    return rows.rows().stream().map(Row::name).toList();
  }

  /** Six host seconds for one of the guest's are the most that was seen. */
  @Test
  void noBootTakesAnHour() {
    List<String> rows = Suite.rows().stream().map(Row::name).toList();
    for (int opponents = 1; opponents <= 3; opponents++) {
      for (BenchChunk chunk : BenchChunk.plan(rows, TWO_CPUS, 6, opponents, 2)) {
        assertTrue(6 * chunk.seconds() < 3600, chunk.toString());
      }
    }
  }

  @Test
  void quickSuiteFillsTwoBootsEvenly() {
    List<String> rows = Suite.quickRows().stream().map(Row::name).toList();
    List<BenchChunk> chunks = BenchChunk.plan(rows, TWO_CPUS, 6, 2, 2);

    assertEquals(2, chunks.size());
    assertTrue(chunks.getFirst().seconds() - chunks.getLast().seconds() < 30, chunks.toString());
  }
}
