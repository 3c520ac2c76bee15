// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs as they are started, in a JVM of their own; none gets as far as the kernel. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MainTest {

  private record Ended(int status, String text) {}

  private static Ended run(Class<?> main, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), text);
  }

  @Test
  void helpOfScxJlandHasItsOwnOptionsAndThoseOfEveryScheduler() throws Exception {
    Ended help = run(ScxJland.class, "--help");
    assertEquals(0, help.status(), help.text());
    for (String option :
        "scx_jland --slice-us --lag-bound-ms --preempt-used-us --preempt-protect-us".split(" ")) {
      assertTrue(help.text().contains(option), option + " in " + help.text());
    }
  }

  @Test
  void scxJlfifoIsAWholeProgram() throws Exception {
    Ended version = run(ScxJlfifo.class, "--version");
    assertEquals(0, version.status(), version.text());
    assertTrue(version.text().startsWith("scx_jlfifo "), version.text());
  }

  @Test
  void anOptionOfAnotherSchedulerIsRefusedInOneLine() throws Exception {
    Ended refused = run(ScxJlfifo.class, "--lag-bound-ms", "5");
    assertEquals(2, refused.status(), refused.text());
    assertEquals(1, refused.text().lines().count(), refused.text());
    assertTrue(refused.text().startsWith("scx_jlfifo: unknown argument --lag-bound-ms"));
  }
}
