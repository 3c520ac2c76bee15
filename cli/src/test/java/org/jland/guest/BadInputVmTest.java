// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jland.bpf.ProgramCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What stops a scheduler from starting is one line, a status other than 0, and nothing left. What a
 * command line may say in all is SchedulerOptionsTest's business, which needs no guest.
 */
@Tag("newest")
class BadInputVmTest {
  private static final String SCHEDULER = "/opt/jland/bin/scx_jland";

  /** The instruction {@code r0 = *(u64 *)(r1 + 4096)}: no callback has that many arguments. */
  private static final long READ_OF_NOTHING = 0x7910_0010_0000_0000L;

  @RegisterExtension final Guest guest = new Guest();
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"--bogus", "-s 1000 -S 2000"})
  void impossibleOptionIsMisuse(String options) throws IOException {
    String line = refusal(2, Stream.concat(Stream.of(SCHEDULER), words(options)));

    assertTrue(line.startsWith("scx_jland: "), line);
  }

  @Test
  void otherUsersAreRefused() throws IOException {
    String line =
        refusal(
            1, Stream.of("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", SCHEDULER));

    assertTrue(line.contains("root"), line);
  }

  @Test
  void lowLimitOfLockedMemoryIsRefused() throws IOException {
    String line =
        refusal(
            1,
            Stream.of(
                "prlimit",
                "--memlock=1048576",
                "setpriv",
                "--bounding-set=-ipc_lock,-sys_resource",
                SCHEDULER));

    assertTrue(line.contains("ulimit -l"), line);
  }

  @Test
  void socketFolderThatCantBeWrittenIsRefused() throws IOException {
    String line = refusal(1, Stream.of(SCHEDULER, "--stats-socket", "/proc/jland/stats"));

    assertTrue(line.contains("/proc/jland"), line);
  }

  @Test
  void missingLibbpfIsRefused() throws IOException {
    String line = refusal(1, withLibbpf("/dev/null"));

    assertTrue(line.contains("libbpf"), line);
  }

  @Test
  void damagedObjectIsRefused() throws IOException {
    String line =
        refusalWithObject(
            object -> Arrays.fill(object, object.length / 4, 3 * object.length / 4, (byte) 0x5a));

    assertTrue(line.startsWith("scx_jland: "), line);
  }

  @Test
  void programThatTheVerifierRejectsIsNamedWithTheVerdict() throws IOException {
    String line =
        refusalWithObject(object ->
            ByteBuffer.wrap(object)
                .putLong(ProgramCode.offset(object, "struct_ops/jland_enqueue"), READ_OF_NOTHING));

    assertTrue(line.contains("the kernel's verifier rejected jland_enqueue ("), line);
  }

  /** A scheduler in a mount namespace where libbpf is another file. */
  private static Stream<String> withLibbpf(String replacement) throws IOException {
    Path library;
    try (Stream<Path> found =
        Files.find(Path.of("/usr/lib"), 3, (p, a) -> p.endsWith("libbpf.so.1"))) {
      library = found.findFirst().orElseThrow().toRealPath();
    }
    return Stream.of(
        "unshare",
        "--mount",
        "sh",
        "-c",
        "mount --bind " + replacement + " " + library + " && exec " + SCHEDULER);
  }

  /** What a scheduler says whose BPF object was changed. */
  private String refusalWithObject(Consumer<byte[]> change) throws IOException {
    Path copy = temp.resolve("jland");
    guest.run("cp", "-a", "/opt/jland", copy.toString());
    changeObjects(copy, change);
    return refusal(1, Stream.of(copy.resolve("bin/scx_jland").toString()));
  }

  /** Changes every BPF object in the jars of a package. */
  private static void changeObjects(Path home, Consumer<byte[]> change) throws IOException {
    try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
      for (Path jar : jars.filter(path -> path.toString().endsWith(".jar")).toList()) {
        try (FileSystem zip =
                FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of());
            Stream<Path> files = Files.walk(zip.getPath("/"))) {
          for (Path object : files.filter(path -> path.toString().endsWith(".bpf.o")).toList()) {
            byte[] bytes = Files.readAllBytes(object);
            change.accept(bytes);
            Files.write(object, bytes);
          }
        }
      }
    }
  }

  /** Runs a command that must fail; returns the one line that it says. */
  private String refusal(int status, Stream<String> command) throws IOException {
    List<String> words = command.toList();
    Program program = guest.start(words.toArray(String[]::new));
    program.mayFail();
    assertEquals(status, program.await(Guest.PATIENCE), program::output);
    assertNotEquals("", program.output().strip(), "it says nothing");
    assertEquals(1, program.output().strip().lines().count(), program::output);
    assertEquals("disabled", Guest.state());
    assertTrue(Files.notExists(Scheduler.SOCKET));
    return program.output().strip();
  }

  private static Stream<String> words(String text) {
    return Arrays.stream(text.split(" "));
  }
}
