// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The small ext4 drives that carry files into a guest and out of it. */
final class Drive {
  private static final long MIB = 1 << 20;

  private Drive() {}

  /** Writes {@code image} with the content of {@code tree}. */
  static void write(Path image, Path tree, long spareMib) throws IOException {
    long mib = FileTree.size(tree) * 5 / 4 / MIB + spareMib;
    List<String> command = new ArrayList<>(List.of(HostTool.MKE2FS.require(), "-q", "-F"));
    command.addAll(List.of("-t", "ext4", "-O", "^has_journal", "-m", "0"));
    command.addAll(List.of("-d", tree.toString(), image.toString(), mib + "M"));
    HostProcess.require("writing " + image.getFileName(), image.getParent(), command);
  }

  /**
   * Copies everything in {@code image} to the existing directory {@code to}. The guest need not
   * have unmounted it: then what it had not written yet is missing.
   */
  static void read(Path image, Path to) throws IOException {
    // debugfs splits its request at blanks, so it gets a path of our own, relative to the image.
    Path dump = Files.createTempDirectory(image.getParent(), "dump");
    HostProcess.require(
        "reading " + image.getFileName(),
        image.getParent(),
        List.of(
            HostTool.DEBUGFS.require(),
            "-R",
            "rdump / " + dump.getFileName(),
            image.getFileName().toString()));
    FileTree.delete(dump.resolve("lost+found"));
    FileTree.copy(dump, to);
    FileTree.delete(dump);
  }
}
