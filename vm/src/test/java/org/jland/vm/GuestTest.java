// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the host makes of an emulator's end; the emulator is a shell script. */
class GuestTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir private Path scratch;

  @Test
  void emulatorThatFailsToStartIsReportedWithItsLastWords() throws IOException {
    GuestException failure = failure("echo no such machine >&2; exit 1", LONG);
    assertEquals(GuestException.Kind.DIED, failure.kind());
    assertTrue(failure.getMessage().contains("(no such machine)"), failure.getMessage());
  }

  @Test
  void panicIsToldFromOtherDeaths() throws IOException {
    GuestException failure =
        failure("echo '[ 1.0] Kernel panic - not syncing: Fatal exception' >console.log", LONG);
    assertEquals(GuestException.Kind.PANIC, failure.kind());
    assertTrue(failure.getMessage().contains("Fatal exception"), failure.getMessage());
  }

  @Test
  void kernelLogOfAFailedRunIsKept() throws IOException {
    failure("echo the last line >console.log", LONG);
    assertEquals("the last line\n", Files.readString(scratch.resolve("artefacts/console.log")));
  }

  @Test
  void guestThatRunsTooLongIsKilled() throws Exception {
    Path pid = scratch.resolve("pid");
    GuestException failure = failure("echo $$ >" + pid + "; exec sleep 600", Duration.ofSeconds(2));
    assertEquals(GuestException.Kind.TIMEOUT, failure.kind());
    assertFalse(isAlive(pid));
  }

  @Test
  void terminatedHostProcessTakesItsGuestAlong() throws Exception {
    Path pid = scratch.resolve("pid");
    Path place = scratch.resolve("place");
    Path emulator = emulator("pwd >" + place + "; echo $$ >" + pid + "; exec sleep 600");
    Process other = OtherProcess.start("run-guest", emulator.toString(), scratch.toString());
    while (!Files.exists(pid) || Files.size(pid) == 0) {
      assertTrue(other.isAlive());
      Thread.sleep(20);
    }
    other.destroy();
    assertTrue(other.waitFor(30, TimeUnit.SECONDS));
    assertFalse(isAlive(pid));
    assertFalse(Files.exists(Path.of(Files.readString(place).strip())));
  }

  @Test
  void missingPayloadIsNamed() throws IOException {
    GuestSpec spec = GuestSpec.of(List.of("true")).withPayload(List.of(Path.of("/no/such")));
    GuestException failure = assertThrows(GuestException.class, () -> run(spec, "true"));
    assertTrue(failure.getMessage().contains("/no/such"), failure.getMessage());
  }

  @Test
  void driveComesBackAsItWasWritten() throws IOException {
    Path tree = Files.createDirectories(scratch.resolve("tree/a directory"));
    Files.writeString(tree.resolve("it's a file"), "content");
    Path image = scratch.resolve("drive.img");
    Drive.write(image, tree.getParent(), 16);
    Path back = Files.createDirectory(scratch.resolve("back"));
    Drive.read(image, back);
    assertEquals("content", Files.readString(back.resolve("a directory/it's a file")));
    assertFalse(Files.exists(back.resolve("lost+found")));
  }

  private GuestException failure(String script, Duration timeout) throws IOException {
    GuestSpec spec =
        GuestSpec.of(List.of("true"))
            .withTimeout(timeout)
            .withArtefacts(scratch.resolve("artefacts"));
    return assertThrows(GuestException.class, () -> run(spec, script));
  }

  private GuestResult run(GuestSpec spec, String script) throws IOException {
    OutputStream nowhere = OutputStream.nullOutputStream();
    Kernel kernel = new Kernel(new KernelVersion("7.3.4"), scratch.resolve("vmlinuz"));
    return Guest.run(
        spec,
        List.of(emulator(script).toString()),
        kernel,
        scratch.resolve("root.img"),
        Accelerator.TCG,
        nowhere,
        nowhere);
  }

  private Path emulator(String script) throws IOException {
    Path emulator = scratch.resolve("emulator");
    Files.writeString(emulator, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(emulator, PosixFilePermissions.fromString("rwx------"));
    return emulator;
  }

  private static boolean isAlive(Path pid) throws IOException {
    long number = Long.parseLong(Files.readString(pid).strip());
    return ProcessHandle.of(number).map(ProcessHandle::isAlive).orElse(false);
  }
}
