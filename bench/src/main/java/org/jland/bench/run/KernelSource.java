// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jland.bench.BenchException;

/**
 * The sources of a Linux kernel, to be built elsewhere than in their folder.
 *
 * @param folder of the sources
 * @param config the target that makes the configuration: {@code tinyconfig}
 */
public record KernelSource(Path folder, String config) {
  private static final List<String> MARKS = List.of("Makefile", "Kconfig", "kernel/sched/core.c");
  private static final List<String> LEFT = List.of(".config", "include/config");

  /**
   * Checks them.
   *
   * @throws BenchException if there is nothing that could be built; one line with the fix
   */
  public static KernelSource of(Path folder, String config) {
    Path absolute = folder.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)) {
      throw new BenchException("--kernel-source: there is no folder " + absolute);
    }
    for (String mark : MARKS) {
      if (!Files.isRegularFile(absolute.resolve(mark))) {
        throw new BenchException(
            "--kernel-source: "
                + absolute
                + " holds no sources of Linux (no "
                + mark
                + "); name the folder in which they are");
      }
    }
    for (String built : LEFT) {
      if (Files.exists(absolute.resolve(built))) {
        throw new BenchException(
            "--kernel-source: "
                + absolute
                + " was built in place ("
                + built
                + "); make mrproper there, or unpack the sources anew");
      }
    }
    if (!config.matches("[a-z0-9_]+config")) {
      throw new BenchException(
          "--kernel-config: '" + config + "' is no target like tinyconfig or defconfig");
    }
    return new KernelSource(absolute, config);
  }
}
