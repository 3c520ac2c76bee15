// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.ftrace;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.jland.trace.model.TraceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFsTest {
  @TempDir Path empty;

  @Test
  void kernelWithoutTracingIsToldWithTheFix() {
    TraceException e = assertThrows(TraceException.class, () -> TraceFs.find(List.of(empty)));
    assertTrue(e.getMessage().contains("mount -t tracefs"), e.getMessage());
    assertTrue(e.getMessage().contains("CONFIG_FTRACE=y"), e.getMessage());
  }
}
