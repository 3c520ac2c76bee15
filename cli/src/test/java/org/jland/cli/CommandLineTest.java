// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jland.bench.BenchResults;
import org.jland.bench.Opponent;
import org.jland.bench.ResultsFile;
import org.jland.bench.run.Suite;
import org.jland.bpf.SchedExt;
import org.jland.vm.Clock;
import org.jland.vm.GuestException;
import org.jland.vm.GuestSpec;
import org.jland.vm.KernelEntry;
import org.jland.vm.KernelVersion;
import org.jland.vm.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "vm",
        "vm run",
        "vm run --cpus 0 -- true",
        "vm run --cpus -1 -- true",
        "vm run --cpus 256 -- true",
        "vm run --cpus 99999999999 -- true",
        "vm run --cpus two -- true",
        "vm run --topology cores=0 -- true",
        "vm run --topology 2 -- true",
        "vm run --clock fast -- true",
        "vm run --timeout 0 -- true",
        "vm run --timeout 1e9 -- true",
        "vm run --bogus -- true",
        "demo extra",
        "demo --cpus x",
        "test --only",
        "doctor --all",
        "bench --suite slow",
        "bench --only no-such-row",
        "bench --against /no/such/scheduler",
        "bench --scheduler /etc/passwd",
        "bench --against eevdf,eevdf --scheduler eevdf --runs 0",
        "bench --runs x",
        "bench --clock fast",
        "bench --compare one.json",
        "bench --only kernel-build",
        "bench --kernel-source /usr/src/linux",
        "bench --host --kernel-source /no/such/folder",
        "bench --host --kernel-source /etc",
        "run",
        "run /no/such/File.java",
        "run not-a-class",
      })
  void misuseIsOneLineAndStatus2(String line) {
    assertEquals(Status.USAGE, execute(line.isEmpty() ? new String[0] : line.split(" ")));
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().startsWith("jland"), err::toString);
    assertEquals("", out.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "bench", "test", "doctor", "run", "vm", "vm run", "vm shell"})
  void everyCommandHasHelp(String command) {
    String[] words = (command + " --help").split(" ");

    assertEquals(Status.OK, execute(words));
    assertTrue(out.toString().contains("jland " + command), out::toString);
  }

  @Test
  void resultsThatAreNotCompleteAreNotWrittenOver() throws Exception {
    BenchResults unfinished =
        new BenchResults(
            BenchResults.FORMAT,
            "0.1.0",
            "2026-11-23T00:00:00Z",
            List.of(),
            5,
            false,
            List.of(Opponent.eevdf()),
            Suite.quickRows(),
            List.of(),
            List.of(),
            List.of());
    Path json = temp.resolve("r.json");
    new ResultsFile(json).write(unfinished);

    assertEquals(Status.USAGE, execute("bench", "--json", json.toString()));
    assertTrue(err.toString().contains("--resume"), err::toString);
    assertEquals(unfinished, new ResultsFile(json).read());
  }

  @Test
  void versionIsPrinted() {
    assertEquals(Status.OK, execute("--version"));
    assertTrue(out.toString().startsWith("jland "), out::toString);
  }

  @Test
  void vmRunBecomesASpec() {
    VmRunCommand command =
        parse(
            "--kernel",
            "7.3",
            "--topology",
            "sockets=2,cores=2",
            "--clock",
            "instructions",
            "--timeout",
            "30",
            "--copy",
            "a",
            "--copy",
            "b",
            "--artefacts",
            "out",
            "--append",
            "quiet",
            "--",
            "ls",
            "-l",
            "a b");

    GuestSpec spec = command.spec(Path.of("home"));

    assertEquals(List.of("ls", "-l", "a b"), spec.command());
    assertEquals("7.3", spec.kernel());
    assertEquals(new Topology(2, 2, 1, 2), spec.topology());
    assertEquals(Clock.INSTRUCTIONS, spec.clock());
    assertEquals(Duration.ofSeconds(30), spec.timeout());
    assertEquals(List.of(Path.of("a"), Path.of("b")), spec.payload());
    assertEquals(Optional.of(Path.of("out")), spec.artefacts());
    assertEquals(Optional.of(Path.of("home")), spec.distribution());
    assertEquals(List.of("quiet"), spec.kernelArguments());
  }

  @Test
  void oneWordWithBlanksIsALineForTheShell() {
    assertEquals(
        GuestSpec.shell("uname -r; exit 3").command(),
        parse("uname -r; exit 3").spec(Path.of("home")).command());
    assertEquals(List.of("true"), parse("true").spec(Path.of("home")).command());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run My.java --stats 1 -v", "run My.java -- --stats 1 -v"})
  void schedulersOptionsArePassedOn(String line) {
    CommandLine run =
        Jland.commandLine().parseArgs(line.split(" ")).subcommand().commandSpec().commandLine();

    assertEquals(List.of("--stats", "1", "-v"), ((RunCommand) run.getCommand()).ownArguments());
  }

  @Test
  void guestsCommandNeedsNoSeparator() {
    CommandLine run =
        Jland.commandLine()
            .parseArgs("vm", "run", "--cpus", "1", "ls", "-l", "--cpus")
            .subcommand()
            .subcommand()
            .commandSpec()
            .commandLine();

    GuestSpec spec = ((VmRunCommand) run.getCommand()).spec(Path.of("home"));
    assertEquals(List.of("ls", "-l", "--cpus"), spec.command());
    assertEquals(Topology.flat(1), spec.topology());
  }

  @Test
  void cpusAndTopologyMustAgree() {
    VmRunCommand command = parse("--cpus", "3", "--topology", "cores=2", "--", "true");

    assertEquals(Status.USAGE, assertThrows(Failure.class, () -> command.spec(temp)).status());
    assertEquals(
        Topology.flat(4), parse("--cpus", "4", "--", "x").spec(Path.of("home")).topology());
  }

  @Test
  void guestsFailuresHaveStatusesOfTheirOwn() {
    assertEquals(124, Status.of(GuestException.Kind.TIMEOUT));
    assertEquals(125, Status.of(GuestException.Kind.PANIC));
    assertEquals(125, Status.of(GuestException.Kind.SETUP));
  }

  @Test
  void kernelsAreListedWithWhereTheyAre() {
    KernelVersion version = new KernelVersion("7.3.4+deb13-cloud-amd64");

    assertEquals(
        "7.3.4    7.3.4+deb13-cloud-amd64          served, cached",
        VmKernelsCommand.line(new KernelEntry(version, true, true)));
    assertTrue(VmKernelsCommand.line(new KernelEntry(version, false, true)).endsWith(" cached"));
  }

  @Test
  void hostWithoutSchedExtIsRefused() {
    Failure none = refusal(new SchedExt(temp), true);
    assertTrue(none.getMessage().contains("no sched_ext"), none::getMessage);
  }

  @Test
  void hostIsRefusedToOthersThanRootAndWhileTaken() throws Exception {
    Files.writeString(temp.resolve("state"), "disabled\n");
    assertTrue(refusal(new SchedExt(temp), false).getMessage().contains("root"));
    Host.requireSchedExt(new SchedExt(temp), true, "7.3");

    Files.writeString(temp.resolve("state"), "enabled\n");
    Files.createDirectories(temp.resolve("root"));
    Files.writeString(temp.resolve("root/ops"), "simple\n");
    assertTrue(refusal(new SchedExt(temp), true).getMessage().contains("simple"));
  }

  @Test
  void installationIsTheFolderAboveTheJars() throws Exception {
    Path source = Files.createDirectories(temp.resolve("src"));
    Files.createFile(source.resolve("pom.xml"));
    Path jar = temp.resolve("jland/lib/jland-cli.jar");

    Installation fromSource = Installation.of(Map.of("JLAND_HOME", source.toString()), jar);
    Installation packaged = Installation.of(Map.of(), jar);

    assertEquals(temp.resolve("jland"), packaged.home());
    assertEquals(source, fromSource.requireSource("x"));
    assertThrows(Failure.class, () -> packaged.requireSource("jland test"));
    assertThrows(Failure.class, packaged::requireHome);
  }

  @Test
  void guestProgramsAreExtracted() throws Exception {
    Path folder = GuestPrograms.extract(temp.resolve("x/y"));

    assertTrue(Files.readString(folder.resolve("frameloop.c")).contains("int main"));
    assertTrue(Files.readString(folder.resolve("demo.sh")).startsWith("#!/bin/sh"));
  }

  private int execute(String... words) {
    return Jland.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }

  private static VmRunCommand parse(String... words) {
    VmRunCommand command = new VmRunCommand();
    new CommandLine(command).parseArgs(words);
    return command;
  }

  private static Failure refusal(SchedExt schedExt, boolean root) {
    return assertThrows(Failure.class, () -> Host.requireSchedExt(schedExt, root, "6.1"));
  }
}
