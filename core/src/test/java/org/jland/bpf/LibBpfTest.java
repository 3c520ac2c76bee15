// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LibBpfTest {
  /** The program in the child JVM: prints what {@code require} says. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      try {
        LibBpf.require();
        System.out.println("usable");
      } catch (BpfException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void versionsFrom1Point4OnAreUsable() {
    assertNull(LibBpf.versionProblem(1, 4));
    assertNull(LibBpf.versionProblem(1, 7));
    assertNull(LibBpf.versionProblem(2, 0));
    assertTrue(LibBpf.versionProblem(1, 3).startsWith("version 1.3 is too old: jland needs"));
    assertTrue(LibBpf.versionProblem(0, 8).startsWith("version 0.8 is too old"));
  }

  @Test
  void missingLibraryNamesThePackage() throws Exception {
    assertEquals(
        "libbpf.so.1: not found: install it with `apt-get install libbpf1`"
            + " (jland needs libbpf >= 1.4)",
        requireWith("/no/such/libbpf.so.1"));
  }

  @Test
  void otherLibraryCountsAsTooOld() throws Exception {
    String said = requireWith("libc.so.6");
    assertTrue(said.startsWith("libbpf.so.1: version before 0.6 is too old"), said);
  }

  @Test
  void hostLibraryIsUsableOrSaysWhyNot() throws Exception {
    String said = requireWith("libbpf.so.1");
    assertTrue(
        said.equals("usable") || said.contains("too old") || said.contains("not found"), said);
  }

  private static String requireWith(String library) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + LibBpf.LIBRARY_PROPERTY + "=" + library,
                "-cp",
                location(LibBpf.class) + ":" + location(Child.class),
                Child.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(child.getInputStream().readAllBytes()).strip();
    assertTrue(child.waitFor(30, TimeUnit.SECONDS));
    return output;
  }

  private static Path location(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
