// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Makes a cache entry of one kernel: the bootable file out of its Debian packages. */
record KernelRecipe(
    KernelVersion version, List<String> candidates, PackageSource source, Consumer<String> progress)
    implements Cache.Recipe {
  static final String KIND = "kernel";
  private static final String SCHED_EXT = "CONFIG_SCHED_CLASS_EXT=y";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String key() {
    return version.release();
  }

  @Override
  public long bytesNeeded() {
    return 300L << 20;
  }

  @Override
  public void make(Path directory) throws IOException {
    progress.accept("fetching kernel " + version.release());
    Path unpacked = Files.createDirectory(directory.resolve("unpacked"));
    for (String candidate : candidates) {
      source.unpack(candidate, unpacked);
      Optional<Path> kernel = find(unpacked, "vmlinuz(-.*)?");
      if (kernel.isPresent()) {
        requireSchedExt(unpacked);
        Files.move(kernel.get(), directory.resolve(Kernel.FILE));
        FileTree.delete(unpacked);
        return;
      }
    }
    throw new IOException("no package of " + version.release() + " has a kernel in it");
  }

  /** Newer packages keep the configuration apart; those kernels all have sched_ext. */
  private void requireSchedExt(Path unpacked) throws IOException {
    Optional<Path> config = find(unpacked, "config-.*");
    if (config.isPresent() && !Files.readAllLines(config.get()).contains(SCHED_EXT)) {
      throw GuestException.setup(
          "kernel " + version.release() + " is built without sched_ext; choose a newer one");
    }
  }

  private static Optional<Path> find(Path root, String name) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(Files::isRegularFile)
          .filter(path -> path.getFileName().toString().matches(name))
          .findFirst();
    }
  }
}
