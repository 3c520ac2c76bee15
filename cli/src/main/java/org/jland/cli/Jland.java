// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jland.vm.GuestException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The root of the command line. */
@Command(
    name = "jland",
    description = "Write a Linux CPU scheduler in Java, and watch it run a machine.",
    versionProvider = Installation.Version.class,
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      BenchCommand.class,
      BenchInsideCommand.class,
      TestCommand.class,
      DoctorCommand.class,
      RunCommand.class,
      TraceCommand.class,
      SoakCommand.class,
      SoakInsideCommand.class,
      VmCommand.class,
    })
public final class Jland {

  private Jland() {}

  /**
   * Runs one command and ends the JVM with its status.
   *
   * @param arguments what the user typed
   */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** Returns the whole command line: every mistake is one line and a status other than 0. */
  static CommandLine commandLine() {
    CommandLine jland = new CommandLine(new Jland());
    // What follows a scheduler or a command is its own, also when it looks like an option.
    jland.getSubcommands().get("run").setStopAtPositional(true);
    jland.getSubcommands().get("trace").setStopAtPositional(true);
    jland.getSubcommands().get("vm").getSubcommands().get("run").setStopAtPositional(true);
    return jland
        .setParameterExceptionHandler(Jland::misused)
        .setExecutionExceptionHandler(Jland::failed)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static int misused(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + oneLine(e.getMessage()) + " (" + name + " --help)");
    return Status.USAGE;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    int status =
        switch (e) {
          case Failure failure -> failure.status();
          case GuestException guest -> Status.of(guest.kind());
          case IOException _, UncheckedIOException _ -> Status.FAILED;
          default -> throw e;
        };
    command.getErr().println("jland: " + oneLine(message(e)));
    return status;
  }

  private static String message(Exception e) {
    return e.getMessage() == null || e.getMessage().isBlank() ? e.toString() : e.getMessage();
  }

  private static String oneLine(String text) {
    return String.join(" ", text.strip().split("\\s*\\R\\s*"));
  }
}
