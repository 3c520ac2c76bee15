// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchbenchWorkloadTest {
  private static final String OUTPUT =
      """
      Wakeup Latencies percentiles (usec) runtime 2 (s) (11776 total samples)
      \t  50.0th: 7          (3458 samples)
      \t  90.0th: 24         (4422 samples)
      \t* 99.0th: 48         (995 samples)
      \t  99.9th: 1722       (101 samples)
      \t  min=1, max=12017
      Request Latencies percentiles (usec) runtime 2 (s) (11778 total samples)
      \t  50.0th: 587        (3715 samples)
      \t  90.0th: 633        (4552 samples)
      \t* 99.0th: 1166       (948 samples)
      \t  99.9th: 8816       (105 samples)
      \t  min=519, max=68458
      RPS percentiles (requests) runtime 2 (s) (3 total samples)
      \t  20.0th: 0          (1 samples)
      \t  min=5725, max=6046
      average rps: 5889.00
      sched delay: message 0 (usec) worker 0 (usec)
      """;

  @TempDir private Path folder;

  @Test
  void latenciesOfWakeUpsAndRequestsAreToldApart() throws WorkloadException {
    assertEquals(
        Map.of(
            "p50", 7.0,
            "p99", 48.0,
            "p99.9", 1722.0,
            "max", 12017.0,
            "request_p99", 1166.0,
            "requests", 5889.0),
        SchbenchWorkload.read(OUTPUT));
  }

  @Test
  void outputOfAnOlderSchbenchOrOfNoRequestsIsVoid() {
    assertThrows(
        WorkloadException.class,
        () -> SchbenchWorkload.read("Latency percentiles (usec)\n\t50.0th: 7\n"));
    assertThrows(
        WorkloadException.class,
        () -> SchbenchWorkload.read(OUTPUT.replace("rps: 5889.00", "rps: 0.00")));
  }

  @Test
  void rowIsSkippedWhereThereIsNone() throws IOException, WorkloadException {
    Files.writeString(folder.resolve("schbench"), "");
    String path = "/no/such/folder:" + folder;
    try (Stage stage = new Stage(folder, 2, Optional.empty())) {
      SkippedException e =
          assertThrows(SkippedException.class, () -> new SchbenchWorkload(path).prepare(stage));
      assertEquals("there is no schbench on PATH", e.getMessage());
      assertTrue(folder.resolve("schbench").toFile().setExecutable(true));
      new SchbenchWorkload(path).prepare(stage);
    }
  }
}
