// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The filter in a JVM of its own, as this kernel enforces it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SyscallFilterInForceTest {

  @Test
  void aJvmWorksUnderItAndCanNeitherStartProgramsNorUseTheNetwork() throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                SandboxedJvm.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, process.waitFor(), output);
    assertEquals(
        new TreeSet<>(
            List.of(
                "exec early: refused",
                "exec: refused",
                "inet: refused",
                "kill parent: refused",
                "no_new_privs of the early thread: 1",
                "signal self: done",
                "thread: done",
                "unix: done")),
        new TreeSet<>(output.lines().toList()));
  }
}
