// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostToolTest {
  @TempDir private Path empty;

  @Test
  void missingToolNamesThePackageToInstall() {
    GuestException failure =
        assertThrows(GuestException.class, () -> HostTool.MMDEBSTRAP.require(empty.toString()));
    assertEquals(
        "mmdebstrap is not installed; type: apt-get install mmdebstrap", failure.getMessage());
  }

  @Test
  void mirrorIsTheDebianArchiveThatAptUses() {
    assertEquals(
        "http://a/debian/",
        Mirror.choose(
            """
            http://s/debian-security/ Debian Debian-Security main
            http://n/node  nodistro main
            http://a/debian/ Debian Debian main
            """));
  }

  @Test
  void mirrorIsFoundBeforeAnyListWasFetched() {
    assertEquals(
        "http://a/debian",
        Mirror.choose("http://s/debian-security   main\nhttp://a/debian   main\n"));
  }

  @Test
  void ownMirrorComesFirst() throws IOException {
    assertEquals("http://b", Mirror.address(Map.of("JLAND_MIRROR", "http://b")));
  }

  @Test
  void machineWithoutADebianMirrorNamesTheFix() {
    GuestException failure =
        assertThrows(
            GuestException.class, () -> Mirror.choose("http://u/ubuntu Ubuntu Ubuntu main\n"));
    assertTrue(failure.getMessage().contains("set JLAND_MIRROR"), failure.getMessage());
  }

  @Test
  void wordsReachAShellCommandAsTheyAre() throws IOException {
    List<String> words =
        List.of("printf", "<%s>", "", "a b", "it's", "$(id)", "`id`", "\\", "*", "\"", "\n;&|");
    HostProcess.Output output =
        HostProcess.run(empty, List.of("/bin/sh", "-c", ShellWords.script(words)));
    String expected = String.join("><", words.subList(2, words.size()));
    assertEquals("<" + expected + ">", output.stdout());
  }

  @Test
  void failedChildIsReportedWithItsLastWords() {
    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                HostProcess.require(
                    "trying", empty, List.of("/bin/sh", "-c", "echo a; echo b >&2; exit 3")));
    assertEquals("trying failed: b", failure.getMessage());
  }

  @Test
  void firstErrorOfAptIsTheOneReported() {
    String script = "echo 'E: no route' >&2; echo 'E: apt failed' >&2; exit 1";
    IOException failure =
        assertThrows(
            IOException.class,
            () -> HostProcess.require("trying", empty, List.of("/bin/sh", "-c", script)));
    assertEquals("trying failed: E: no route", failure.getMessage());
  }

  @Test
  void fullDiskIsFoundAmongAChildsWords() {
    String script = "echo 'x: No space left on device' >&2; echo bye >&2; exit 1";
    IOException failure =
        assertThrows(
            IOException.class,
            () -> HostProcess.require("trying", empty, List.of("/bin/sh", "-c", script)));
    assertEquals("trying failed: No space left on device", failure.getMessage());
  }
}
