// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.ftrace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jland.trace.model.TraceException;

/** The kernel's tracefs. Immutable. */
public final class TraceFs {
  private static final List<Path> PLACES =
      List.of(Path.of("/sys/kernel/tracing"), Path.of("/sys/kernel/debug/tracing"));
  private static final String PREFIX = "jland-";
  private static final int MAX_TEXT = 1 << 16;

  private final Path root;

  /**
   * Uses a folder that is known to be one.
   *
   * @param root where tracefs is mounted
   */
  TraceFs(Path root) {
    this.root = root;
  }

  /**
   * Finds it where it is usually mounted.
   *
   * @throws TraceException if the kernel has no tracing, or it takes root
   */
  public static TraceFs find() {
    return find(PLACES);
  }

  static TraceFs find(List<Path> places) {
    for (Path place : places) {
      if (Files.isReadable(place.resolve("events/sched/sched_switch/format"))) {
        return new TraceFs(place);
      }
    }
    if (places.stream().anyMatch(place -> Files.isDirectory(place) && !Files.isReadable(place))) {
      throw new TraceException("tracing takes root: run it as root");
    }
    throw new TraceException(
        "this kernel shows no scheduling events in "
            + places.getFirst()
            + ": mount -t tracefs nodev /sys/kernel/tracing, or boot a kernel with"
            + " CONFIG_FTRACE=y and CONFIG_SCHED_TRACER=y or CONFIG_ENABLE_DEFAULT_TRACERS=y");
  }

  /** How the pages of trace buffers look. */
  EventFormat headerPage() {
    return EventFormat.parse(read(root.resolve("events/header_page")));
  }

  /** How an event of the system sched looks. */
  EventFormat format(String event) {
    return EventFormat.parse(read(root.resolve("events/sched").resolve(event).resolve("format")));
  }

  /**
   * Makes an instance that records into buffers of its own. Those that a killed tracer left behind
   * are removed first.
   *
   * @param bufferKib room for each CPU
   * @throws TraceException if it can't be made
   */
  public TraceInstance instance(long bufferKib) {
    removeOrphans();
    Path instance = root.resolve("instances").resolve(PREFIX + ProcessHandle.current().pid());
    try {
      Files.createDirectory(instance);
    } catch (AccessDeniedException e) {
      throw new TraceException("tracing takes root: run it as root", e);
    } catch (IOException e) {
      throw new TraceException("can't make " + instance + ": " + e.getMessage(), e);
    }
    return TraceInstance.configure(this, instance, bufferKib);
  }

  private void removeOrphans() {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(root.resolve("instances"), PREFIX + "*")) {
      for (Path instance : found) {
        String pid = instance.getFileName().toString().substring(PREFIX.length());
        if (pid.matches("[0-9]{1,9}") && ownerOf(pid).isEmpty()) {
          Files.deleteIfExists(instance);
        }
      }
    } catch (IOException e) {
      // What can't be removed is in nobody's way but the memory's.
    }
  }

  private static Optional<ProcessHandle> ownerOf(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive);
  }

  static String read(Path file) {
    // Some files give all they have to the first read, however small, and it must not be.
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_TEXT), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new TraceException("can't read " + file + ": " + e.getMessage(), e);
    }
  }
}
