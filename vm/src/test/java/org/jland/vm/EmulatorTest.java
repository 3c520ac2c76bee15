// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Emulator}. */
class EmulatorTest {

  @Test
  void librariesAreTheFilesOfTheLoadersList() {
    String list =
        """
        \tlinux-vdso.so.1 (0x00007fcdd1d44000)
        \tlibfdt.so.1 => /r/usr/lib/x86_64-linux-gnu/libfdt.so.1 (0x00007f9b34a0b000)
        \tlibc.so.6 => /r/usr/lib/x86_64-linux-gnu/libc.so.6 (0x00007f9b33e00000)
        \t/lib64/ld-linux-x86-64.so.2 => /r/usr/lib64/ld-linux-x86-64.so.2 (0x00007f9b36f9c000)
        """;
    assertEquals(
        List.of(
            Path.of("/r/usr/lib/x86_64-linux-gnu/libfdt.so.1"),
            Path.of("/r/usr/lib/x86_64-linux-gnu/libc.so.6")),
        Emulator.parse(list));
  }

  @Test
  void programRunsWithTheLibrariesAndTheFirmwareBesideIt() {
    List<String> words = Emulator.command(Path.of("/cache/emulator/x"));
    assertEquals("/cache/emulator/x/ld-linux-x86-64.so.2", words.getFirst());
    assertEquals("/cache/emulator/x", words.get(words.indexOf("--library-path") + 1));
    assertEquals("/cache/emulator/x", words.get(words.indexOf("-L") + 1));
    assertTrue(words.contains("/cache/emulator/x/qemu-system-x86_64"));
  }
}
