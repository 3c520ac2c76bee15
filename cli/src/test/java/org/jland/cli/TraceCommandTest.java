// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TraceCommandTest {
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int run(String... arguments) {
    CommandLine jland = Jland.commandLine();
    jland.setErr(new PrintWriter(err, true));
    return jland.execute(arguments);
  }

  private void assertOneLine(String part) {
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().contains(part), err::toString);
  }

  private static String script(String... arguments) {
    CommandLine.ParseResult parsed = Jland.commandLine().parseArgs(arguments).subcommand();
    TraceCommand command = parsed.commandSpec().commandLine().getCommand();
    return command.guestScript();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trace",
        "trace -o",
        "trace -o x -d 0",
        "trace -o x -d 1e9",
        "trace -o x --buffer-mib -1",
        "trace -o x --buffer-mib 99999",
        "trace -o x --clock fast",
        "trace --report",
      })
  void mistakeIsOneLineAndTheStatusOfMisuse(String line) {
    assertEquals(Status.USAGE, run(line.split(" ")));
    assertOneLine("--help");
  }

  @Test
  void traceThatIsNoneIsRefusedInOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "no trace at all");
    assertEquals(Status.FAILED, run("trace", "--report", file.toString()));
    assertOneLine("is no trace of Perfetto's format");
  }

  @Test
  void fileThatCanNotBeWrittenIsToldBeforeAnythingRuns() {
    assertEquals(Status.FAILED, run("trace", "--host", "-o", folder + "/no/where", "--", "false"));
    assertOneLine("its folder does not exist");
  }

  @Test
  void commandKeepsItsWordsInTheGuest() {
    String script =
        script("trace", "-o", "x y", "--scheduler", "eevdf", "--", "echo", "it's", "a  b", "-o");
    assertTrue(script.endsWith(" --called 'x y' -- echo 'it'\\''s' 'a  b' -o"), script);
    assertFalse(script.contains("sched_ext"), script);
  }

  @Test
  void oneWordWithBlanksIsALineForTheShell() {
    String script = script("trace", "-o", "x", "--scheduler", "eevdf", "--", "a; b");
    assertTrue(script.endsWith(" -- sh -c 'a; b'"), script);
  }

  @Test
  void schedulerRunsWithItsOptionsAndItsFailureIsTold() {
    String script = script("trace", "-o", "x", "--scheduler", "scx_jland -s 5000", "-d", "3");
    assertTrue(script.startsWith("scx_jland -s 5000 >"), script);
    assertTrue(script.contains(" -d 3 "), script);
    assertTrue(script.contains("exit 1"), script);
  }
}
