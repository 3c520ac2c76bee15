// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel says about sched_ext under {@code /sys/kernel/sched_ext}. Every call reads the
 * file anew. Thread-safe; not for the scheduler's loop.
 */
public final class SchedExt {
  private static final SchedExt HOST = new SchedExt(Path.of("/sys/kernel/sched_ext"));

  private final Path root;

  /**
   * Reads below another folder, for tests.
   *
   * @param root stands for {@code /sys/kernel/sched_ext}
   */
  public SchedExt(Path root) {
    this.root = root;
  }

  /** The kernel this process runs on. */
  public static SchedExt host() {
    return HOST;
  }

  /** Whether the kernel has sched_ext at all. */
  public boolean isSupported() {
    return Files.isReadable(root.resolve("state"));
  }

  /**
   * The state of sched_ext.
   *
   * @return {@code enabled}, {@code enabling}, {@code disabling}, {@code disabled}; empty if the
   *     kernel has no sched_ext
   */
  public Optional<String> state() {
    return read("state");
  }

  /** The name of the attached scheduler's ops; empty if none is attached. */
  public Optional<String> attachedOps() {
    return read("root/ops");
  }

  /**
   * The number of CPU hotplug events so far. Put into {@code hotplug_seq} before the topology is
   * read, it makes the kernel refuse the scheduler if a CPU came or went in between.
   */
  public OptionalLong hotplugSeq() {
    return readLong("hotplug_seq");
  }

  /** How many times a scheduler has been enabled since boot. */
  public OptionalLong enableSeq() {
    return readLong("enable_seq");
  }

  /** Tasks that were refused SCHED_EXT by the attached scheduler or its predecessors. */
  public OptionalLong nrRejected() {
    return readLong("nr_rejected");
  }

  private Optional<String> read(String file) {
    try {
      String text = Files.readString(root.resolve(file)).strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(text);
    } catch (IOException e) {
      // The folder of a scheduler vanishes with it: not there and just gone mean the same.
      return Optional.empty();
    }
  }

  private OptionalLong readLong(String file) {
    Optional<String> text = read(file);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text.get()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
