// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jland run}: a user's own scheduler. Its status is the scheduler's. */
@Command(
    name = "run",
    description = {
      "Runs your own scheduler with jland's libraries and JVM flags. FILE.java is compiled first.",
      "A class is looked for in CLASSPATH. OPTIONS are the scheduler's."
    },
    customSynopsis = "jland run (CLASS | FILE.java) [[--] OPTIONS]")
final class RunCommand implements Callable<Integer> {
  private static final String CLASS_NAME = "[\\p{L}_$][\\p{L}\\p{N}_$.]*";

  @Parameters(index = "0", paramLabel = "CLASS|FILE.java", description = "What to run.")
  private String scheduler;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "OPTIONS",
      description = "Passed on as they are.")
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws IOException {
    Installation installation = Installation.current();
    if (!scheduler.endsWith(".java")) {
      if (!scheduler.matches(CLASS_NAME)) {
        throw new Failure("'" + scheduler + "' is no class name and no .java file", Status.USAGE);
      }
      String classPath = System.getenv().getOrDefault("CLASSPATH", ".");
      return ChildProcess.standIn(jvm(installation, classPath, scheduler));
    }
    Path source = Path.of(scheduler);
    if (!Files.isReadable(source)) {
      throw new Failure("there is no file " + source, Status.USAGE);
    }
    Path classes = Files.createTempDirectory("jland-run");
    try {
      String main = SchedulerSource.compile(source, installation.lib(), classes);
      return ChildProcess.standIn(jvm(installation, classes.toString(), main));
    } finally {
      Folders.delete(classes);
    }
  }

  private ProcessBuilder jvm(Installation installation, String classPath, String main) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    installation.requireHome();
    command.add("@" + installation.lib().resolve("jvm.options"));
    command.addAll(List.of("--module-path", installation.lib().toString()));
    command.addAll(List.of("--add-modules", "org.jland.core"));
    command.addAll(List.of("-cp", classPath.isEmpty() ? "." : classPath, main));
    command.addAll(ownArguments());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    return builder;
  }

  /** The scheduler's options; the -- that may stand before them is ours. */
  List<String> ownArguments() {
    boolean separated = !arguments.isEmpty() && arguments.getFirst().equals("--");
    return separated ? arguments.subList(1, arguments.size()) : arguments;
  }
}
