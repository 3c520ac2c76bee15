// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell launchers, of a package and of a source tree, with runtimes that only echo. */
class LauncherTest {
  private static final Path SOURCE_TREE = Path.of("").toAbsolutePath().getParent();
  private static final List<String> SYSTEM_TOOLS =
      List.of(
          "sh",
          "readlink",
          "sed",
          "head",
          "tr",
          "grep",
          "cat",
          "dirname",
          "basename",
          "sort",
          "uname",
          "find",
          "awk",
          "ls",
          "mkdir");

  private record Outcome(int status, String out, String err) {}

  @TempDir Path temp;
  private Path home;
  private Path bin;

  @BeforeEach
  void layOutAPackageInAPathWithSpaces() throws Exception {
    home = temp.resolve("a package");
    Files.createDirectories(home);
    run(List.of("cp", "-R", dist("bin"), dist("lib"), home.toString()), Map.of());
    bin = Files.createDirectories(temp.resolve("bin"));
    for (String tool : SYSTEM_TOOLS) {
      Path real = Path.of("/usr/bin", tool);
      Files.createSymbolicLink(
          bin.resolve(tool), Files.exists(real) ? real : Path.of("/bin", tool));
    }
  }

  @Test
  void missingJavaIsRefusedInOneLineThatNamesTheFix() throws Exception {
    Outcome outcome = launch(home.resolve("bin/scx_jland"), Map.of());
    assertEquals(1, outcome.status);
    assertEquals(
        "scx_jland: needs Java 25 or newer, found none. Type: apt-get install"
            + " openjdk-25-jre-headless, or set JAVA_HOME to a newer one.\n",
        outcome.err);
  }

  @Test
  void olderJavaIsRefusedInOneLineThatNamesTheFix() throws Exception {
    Path old = runtime("old", "17.0.15");
    Outcome outcome = launch(home.resolve("bin/scx_jlfifo"), Map.of("JAVA_HOME", old.toString()));
    assertEquals(1, outcome.status);
    assertTrue(
        outcome.err.startsWith("scx_jlfifo: needs Java 25 or newer, found only Java 17 in "));
    assertEquals(1, outcome.err.lines().count());
  }

  @Test
  void olderJavaHomeGivesWayToANewerInstalledOne() throws Exception {
    Path old = runtime("old", "17.0.15");
    runtime("jvms/new", "25.0.3");
    Map<String, String> environment =
        Map.of("JAVA_HOME", old.toString(), "JLAND_JVM_DIRS", temp.resolve("jvms").toString());
    Outcome outcome = launch(home.resolve("bin/jland"), environment, "doctor");
    assertEquals(42, outcome.status, outcome.err);
    assertTrue(outcome.out.startsWith("new\n"), outcome.out);
  }

  @Test
  void argumentsArriveUnchangedThroughASymbolicLink() throws Exception {
    Path java = runtime("new one", "26");
    Path link = Files.createSymbolicLink(temp.resolve("link"), home.resolve("bin/scx_jland"));
    Path lib = home.resolve("lib");
    List<String> needed = List.of("jland-schedulers", "jland-core", "picocli", "jackson-core");
    for (String module : needed) {
      Files.createFile(lib.resolve(module + "-1.2.jar"));
    }
    Files.createFile(lib.resolve("jland-cli-1.2.jar"));
    Outcome outcome = launch(link, Map.of("JAVA_HOME", java.toString()), "--monitor", "a  b", "*");
    assertEquals(42, outcome.status, outcome.err);
    List<String> expected =
        List.of(
            "new one",
            "@" + home.resolve("lib/jvm.options"),
            "-p",
            needed.stream().map(name -> lib + "/" + name + "-1.2.jar").collect(joining(":")),
            "-m",
            "org.jland.schedulers/org.jland.schedulers.ScxJland",
            "--monitor",
            "a  b",
            "*");
    assertEquals(expected, outcome.out.lines().toList());
  }

  @Test
  void schedulersHurryBeforeJavaStarts() throws Exception {
    Path java = runtime("new one", "26");
    Path reniced = temp.resolve("reniced");
    program(bin.resolve("renice"), "printf '%s ' \"$@\" >'" + reniced + "'; exit 1");
    program(java.resolve("bin/java"), "echo $$; exit 42");
    Map<String, String> environment = Map.of("JAVA_HOME", java.toString());

    for (String name : List.of("scx_jland", "scx_jlfifo")) {
      Outcome outcome = launch(home.resolve("bin").resolve(name), environment);
      assertEquals(42, outcome.status, outcome.err);
      assertEquals("-n -10 -p " + outcome.out.strip(), Files.readString(reniced).strip());
      Files.delete(reniced);
    }
  }

  @Test
  void sourceTreeWithoutToolsAndRootSaysWhatToType() throws Exception {
    program(bin.resolve("id"), "echo 1000");
    program(bin.resolve("apt-get"), "exit 99");
    Outcome outcome = launch(SOURCE_TREE.resolve("jland"), Map.of(), "run");
    assertEquals(1, outcome.status);
    assertEquals(1, outcome.err.lines().count(), outcome.err);
    assertTrue(outcome.err.startsWith("jland: missing: a JDK >= 25, Maven, clang >= 16"));
    // A machine that never fetched apt's lists can't know the packages' names.
    assertTrue(
        outcome.err.matches(
            "(?s).* type: apt-get (install -y --no-install-recommends .*maven"
                + "|update, then this command again).*"),
        outcome.err);
  }

  @Test
  void doctorNamesTheGuestToolsThatAreMissing() throws Exception {
    Outcome outcome = launch(SOURCE_TREE.resolve("jland"), Map.of(), "doctor");
    assertEquals(1, outcome.status);
    assertTrue(outcome.out.contains("mmdebstrap for QEMU and the guest's image"), outcome.out);
  }

  private static String dist(String name) {
    return SOURCE_TREE.resolve("dist").resolve(name).toString();
  }

  /** A runtime that prints its name and its arguments, one a line, and ends with status 42. */
  private Path runtime(String name, String version) throws IOException {
    Path java = Files.createDirectories(temp.resolve(name));
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Files.createDirectories(java.resolve("bin"));
    program(
        java.resolve("bin/java"), "printf '%s\\n' '" + java.getFileName() + "' \"$@\"; exit 42");
    return java;
  }

  private static void program(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  /**
   * Runs a launcher on a machine that has the system's tools and the given environment, no more.
   */
  private Outcome launch(Path launcher, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Map<String, String> all = new HashMap<>();
    all.put("PATH", bin.toString());
    all.put("JLAND_JVM_DIRS", "");
    all.put("JLAND_CACHE", temp.resolve("cache").toString());
    all.putAll(environment);
    return run(command, all);
  }

  private Outcome run(List<String> command, Map<String, String> environment) throws Exception {
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    if (!environment.isEmpty()) {
      builder.environment().clear();
      builder.environment().putAll(environment);
    }
    int status = builder.start().waitFor();
    return new Outcome(status, Files.readString(out), Files.readString(err));
  }
}
