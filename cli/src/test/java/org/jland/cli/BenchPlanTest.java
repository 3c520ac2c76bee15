// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchPlanTest {
  private static final Path BIN = Path.of("/opt/jland/bin");

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
    List<BenchChunk> chunks = BenchChunk.plan(rows, 2, 6, 2, 2);

    assertEquals(rows.size(), chunks.stream().mapToInt(chunk -> chunk.rows().size()).sum());
    assertEquals(
        Set.copyOf(rows),
        chunks.stream().flatMap(chunk -> chunk.rows().stream()).collect(Collectors.toSet()));
    for (BenchChunk chunk : chunks) {
      for (String row : chunk.rows()) {
        int wanted = Suite.cpus(row);
        assertEquals(wanted == 0 ? 2 : wanted, chunk.cpus(), row);
      }
    }
    Set<Integer> sizes = new TreeSet<>(chunks.stream().map(BenchChunk::cpus).toList());
    assertEquals(Set.of(1, 2, 4, 8, 16), sizes);
  }

  /** Six host seconds for one of the guest's are the most that was seen. */
  @Test
  void noBootTakesAnHour() {
    List<String> rows = Suite.rows().stream().map(Row::name).toList();
    for (int opponents = 1; opponents <= 3; opponents++) {
      for (BenchChunk chunk : BenchChunk.plan(rows, 2, 6, opponents, 2)) {
        assertTrue(6 * chunk.seconds() < 3600, chunk.toString());
      }
    }
  }

  @Test
  void quickSuiteFillsTwoBootsEvenly() {
    List<String> rows = Suite.quickRows().stream().map(Row::name).toList();
    List<BenchChunk> chunks = BenchChunk.plan(rows, 2, 6, 2, 2);

    assertEquals(2, chunks.size());
    assertTrue(chunks.getFirst().seconds() - chunks.getLast().seconds() < 30, chunks.toString());
  }
}
