// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Real guests, about 15 s each; run with {@code -Djland.guest=true}. */
@EnabledIfSystemProperty(named = "jland.guest", matches = "true")
class RigBootTest {
  private final Rig rig = Rig.open(System.err::println);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path directory;

  @Test
  void statusStreamsAndArtefactsComeBack() throws IOException {
    byte[] content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    Path payload = Files.write(directory.resolve("it's a payload"), content);
    String script =
        """
        echo to stdout; echo to stderr >&2
        test -d /sys/kernel/sched_ext || exit 1
        mkdir "/artefacts/a b"; cp /payload/* "/artefacts/a b/"
        sleep 1000 &
        exit 42
        """;
    GuestResult result =
        rig.run(
            GuestSpec.shell(script).withPayload(List.of(payload)).withArtefacts(artefacts()),
            out,
            err);
    assertEquals(42, result.status());
    assertEquals("to stdout\n", out.toString(StandardCharsets.UTF_8));
    assertEquals("to stderr\n", err.toString(StandardCharsets.UTF_8));
    assertArrayEquals(
        content, Files.readAllBytes(artefacts().resolve("a b").resolve(payload.getFileName())));
    assertTrue(Files.size(artefacts().resolve("dmesg.log")) > 0);
  }

  @Test
  void topologyIsWhatTheGuestSees() throws IOException {
    String script =
        "nproc; cat /sys/devices/system/node/node1/cpulist"
            + " /sys/devices/system/cpu/cpu4/topology/thread_siblings_list"
            + " /sys/devices/system/cpu/cpu4/cache/index3/shared_cpu_list";
    GuestSpec spec =
        GuestSpec.shell(script).withTopology(Topology.parse("sockets=2,cores=2,threads=2"));
    assertEquals(0, rig.run(spec, out, err).status());
    assertEquals("8\n4-7\n4-5\n4-7\n", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void panicIsReportedAndWhatWasWrittenBeforeComesBack() throws IOException {
    String script = "echo before >/artefacts/kept; sync; echo c >/proc/sysrq-trigger; sleep 60";
    GuestException failure = failure(GuestSpec.shell(script));
    assertEquals(GuestException.Kind.PANIC, failure.kind());
    assertTrue(failure.getMessage().contains("sysrq triggered crash"), failure.getMessage());
    assertEquals("before\n", Files.readString(artefacts().resolve("kept")));
  }

  @Test
  void guestThatHangsIsKilledAtItsTimeLimit() throws IOException {
    GuestException failure =
        failure(GuestSpec.shell("sleep 1000").withTimeout(Duration.ofSeconds(30)));
    assertEquals(GuestException.Kind.TIMEOUT, failure.kind());
  }

  private GuestException failure(GuestSpec spec) {
    return assertThrows(
        GuestException.class, () -> rig.run(spec.withArtefacts(artefacts()), out, err));
  }

  private Path artefacts() {
    return directory.resolve("artefacts");
  }
}
