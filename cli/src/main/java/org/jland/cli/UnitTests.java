// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The part of the tests that Maven runs, on this machine.
 *
 * @param source the source tree
 * @param home the package, for guests of their own
 * @param only the tests that are wanted; empty for all, with the style gates
 * @param quick whether those are left out that boot a guest of their own or need a browser
 */
record UnitTests(Path source, Path home, List<TestMethod> only, boolean quick) {

  /**
   * Runs them; asks the network only for what Maven's cache lacks.
   *
   * @param lines told what happens
   */
  Outcome run(Consumer<String> lines) throws IOException {
    MavenOutput output = new MavenOutput(lines);
    int status = maven(List.of("-o"), output);
    if (status != 0 && output.missedSomethingOffline()) {
      output = new MavenOutput(lines);
      status = maven(List.of(), output);
    }
    Tally tally = output.tally();
    if (status != 0 && tally.failed() == 0) {
      lines.accept("the build failed, though no test did");
      tally = tally.plus(Tally.ONE_FAILED);
    }
    return new Outcome("unit tests", output.closing(), tally);
  }

  private int maven(List<String> options, MavenOutput output) throws IOException {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "--fail-at-end"));
    command.addAll(options);
    command.add("-Djland.guest=" + !quick);
    command.add("-Djland.home=" + home);
    command.add("-Djland.browser=" + !quick);
    command.addAll(goals());
    ProcessBuilder builder = new ProcessBuilder(command).directory(source.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    try (LineSink out = new LineSink(output);
        LineSink err = new LineSink(output)) {
      return ChildProcess.run(builder, out, err);
    }
  }

  /** What Maven is asked to do. */
  List<String> goals() {
    return only.isEmpty()
        ? List.of("verify")
        : List.of("-Dsurefire.failIfNoSpecifiedTests=false", "-Dtest=" + selection(), "test");
  }

  /** The wanted tests in Surefire's words: {@code Class#one+two,Other#three}. */
  private String selection() {
    return only.stream()
        .collect(
            Collectors.groupingBy(
                TestMethod::className,
                TreeMap::new,
                Collectors.mapping(TestMethod::name, Collectors.joining("+"))))
        .entrySet()
        .stream()
        .map(entry -> entry.getKey() + "#" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
