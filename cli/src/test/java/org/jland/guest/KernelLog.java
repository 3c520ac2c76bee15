// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The kernel's log from a mark on. */
final class KernelLog {
  private static final Path KMSG = Path.of("/dev/kmsg");

  private final String mark;

  private KernelLog(String mark) {
    this.mark = mark;
  }

  /** Writes a mark into the log; the name is for whoever reads it later. */
  static KernelLog mark(String name) throws IOException {
    String mark = "jland-test " + name + " " + System.nanoTime();
    Files.writeString(KMSG, mark + "\n");
    return new KernelLog(mark);
  }

  /** The lines after the mark. */
  List<String> lines() throws IOException {
    Process dmesg = new ProcessBuilder("dmesg").redirectErrorStream(true).start();
    String all = new String(dmesg.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int at = all.indexOf(mark);
    return all.substring(at < 0 ? 0 : at + mark.length()).strip().lines().toList();
  }
}
