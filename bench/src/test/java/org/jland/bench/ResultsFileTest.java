// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFileTest {
  @TempDir private Path folder;

  private BenchResults results() {
    Row row = new Row("hackbench", "messages", "what", List.of(Figure.lower("time", "s")));
    return new BenchResults(
            BenchResults.FORMAT,
            "0.1.0",
            "2026-11-23T00:00:00Z",
            List.of("jland", "bench"),
            2,
            false,
            List.of(Opponent.eevdf(), new Opponent("scx_jland", List.of("/opt/scx_jland"))),
            List.of(row),
            List.of(),
            List.of(),
            List.of())
        .with(new Boot("boot 1", "7.3.4", 2, "instructions", "guest"))
        .with(Sample.of("hackbench", "eevdf", 1, "boot 1", Map.of("time", 1.5)))
        .with(Sample.traced("hackbench", "eevdf", "boot 1", 0.01, 1234))
        .with(Sample.voided("hackbench", "scx_jland", 1, "boot 1", "evicted"));
  }

  @Test
  void whatIsWrittenIsRead() {
    ResultsFile file = new ResultsFile(folder.resolve("r.json"));
    file.write(results());
    assertEquals(results(), file.read());
  }

  @Test
  void fileOfAnotherFormatIsNamed() throws IOException {
    Path path = folder.resolve("r.json");
    Files.writeString(
        path, ResultsFile.text(results()).replaceFirst("\"format\" : 1", "\"format\" : 7"));
    BenchException e = assertThrows(BenchException.class, new ResultsFile(path)::read);
    assertTrue(e.getMessage().contains("has format 7, this jland reads 1"), e.getMessage());
  }

  @Test
  void everyTruncationOfAFileIsRefused() throws IOException {
    String text = ResultsFile.text(results());
    Path path = folder.resolve("r.json");
    for (int length = 0; length < text.length(); length += 7) {
      Files.writeString(path, text.substring(0, length));
      assertThrows(BenchException.class, new ResultsFile(path)::read, "length " + length);
    }
  }

  @Test
  void fileWithoutWhatMustBeThereIsRefused() throws IOException {
    Path path = folder.resolve("r.json");
    Files.writeString(path, "{\"format\":1,\"jland\":\"0.1.0\"}");
    BenchException e = assertThrows(BenchException.class, new ResultsFile(path)::read);
    assertTrue(e.getMessage().contains("holds no results of jland bench"), e.getMessage());
  }

  @Test
  void oldResultsSurviveADiskThatIsFull() {
    ResultsFile full = new ResultsFile(Path.of("/dev/full/r.json"));
    BenchException e = assertThrows(BenchException.class, () -> full.write(results()));
    assertTrue(e.getMessage().startsWith("can't write /dev/full/r.json"), e.getMessage());
  }

  @Test
  void onlyRowsWithAllRunsAreSound() {
    BenchResults results = results();
    assertEquals(List.of(), results.soundRows());
    for (int run = 1; run <= 2; run++) {
      results =
          results
              .with(Sample.of("hackbench", "eevdf", run, "boot 1", Map.of("time", 1.5)))
              .with(Sample.of("hackbench", "scx_jland", run, "boot 1", Map.of("time", 1.5)));
    }
    assertEquals(3, results.summary("hackbench", "eevdf", "time").orElseThrow().count());
    assertEquals(1, results.voided("hackbench", "scx_jland").size());
  }
}
