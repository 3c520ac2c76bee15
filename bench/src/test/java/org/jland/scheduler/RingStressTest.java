// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link RingStress} for a few seconds; how for longer, CONTRIBUTING.md says. */
class RingStressTest {
  /** Of half a second, of each of the tests. */
  private static final String ITERATIONS = System.getProperty("jland.stress.iterations", "2");

  private static final Pattern RESULTS =
      Pattern.compile(
          "(\\d+) planned; (\\d+) passed, (\\d+) failed, (\\d+) soft errs, (\\d+) hard");

  @TempDir private Path folder;

  @Test
  void bothSidesSeeEachOthersStoresInTheirOrder() throws Exception {
    Process jcstress =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-t",
                "RingStress",
                "-f",
                "1",
                "-iters",
                ITERATIONS,
                "-time",
                "500",
                "-sc",
                "false",
                "-af",
                "NONE",
                "-jvmArgs",
                "--enable-native-access=ALL-UNNAMED")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(jcstress.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, jcstress.waitFor(), output);
    Matcher results = RESULTS.matcher(output);
    String last = "";
    while (results.find()) {
      last = results.group();
      assertEquals("0 0 0", results.group(3) + " " + results.group(4) + " " + results.group(5));
    }
    assertTrue(!last.isEmpty(), output);
    System.out.println("jcstress: " + last);
  }
}
