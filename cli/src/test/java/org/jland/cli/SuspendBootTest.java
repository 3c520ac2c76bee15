// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jland.vm.Clock;
import org.jland.vm.GuestResult;
import org.jland.vm.GuestSpec;
import org.jland.vm.Rig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A guest of its own, which may not wake up; run by {@code ./jland test}. */
@EnabledIfSystemProperty(named = "jland.guest", matches = "true")
class SuspendBootTest {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void machineThatIsSuspendedToIdleIsScheduledAsBeforeWhenItIsBack() throws IOException {
    Path artefacts = folder.resolve("artefacts");
    GuestSpec spec =
        GuestSpec.of(List.of("sh", "/payload/suspend.sh"))
            .withClock(Clock.INSTRUCTIONS)
            .withDistribution(Path.of(System.getProperty("jland.home")))
            .withPayload(List.of(resource("suspend.sh"), resource("suspend.c")))
            .withArtefacts(artefacts)
            .withTimeout(LIMIT);
    GuestResult result =
        Rig.open(System.err::println)
            .run(spec, new ByteArrayOutputStream(), new ByteArrayOutputStream());

    String log = Files.readString(artefacts.resolve("suspend.log"));
    assertEquals(0, result.status(), log);
    assertTrue(log.contains("EXIT: unregistered"), log);
    assertTrue(log.contains("in custody 0"), log);
    String kernel = Files.readString(artefacts.resolve("dmesg.log"));
    assertFalse(kernel.contains("WARNING:") || kernel.contains("runnable task stall"), kernel);
    System.out.println("measured: " + log.strip().replace("\n", "; "));
  }

  private Path resource(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = SuspendBootTest.class.getResourceAsStream(name)) {
      return Files.write(file, in.readAllBytes());
    }
  }
}
