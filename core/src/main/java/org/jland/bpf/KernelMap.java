// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;
import org.jland.os.Descriptor;
import org.jland.os.Errno;

/**
 * A map in the kernel that is not part of an object of this process: found by its name, or made.
 *
 * <p>It takes root. One owner thread. Closing gives the descriptor back; the map lives on while
 * somebody else holds it.
 */
public final class KernelMap implements AutoCloseable {
  /** The start of {@code struct bpf_map_info}, which only ever grows at its end. */
  private static final StructLayout INFO =
      MemoryLayout.structLayout(
          JAVA_INT.withName("type"),
          JAVA_INT.withName("id"),
          JAVA_INT.withName("key_size"),
          JAVA_INT.withName("value_size"),
          JAVA_INT.withName("max_entries"),
          JAVA_INT.withName("map_flags"),
          MemoryLayout.sequenceLayout(4, JAVA_INT).withName("name"));

  private static final int TYPE_RINGBUF = 27;

  private final LoadedMap map;
  private boolean closed;

  private KernelMap(LoadedMap map) {
    this.map = map;
  }

  /**
   * Finds all maps of a name, in the order in which they were made.
   *
   * @param name as the kernel keeps it: at most 15 characters
   * @return to be closed; empty if there is none
   * @throws BpfException if the kernel does not say, without root for example
   */
  public static List<KernelMap> named(String name) {
    LibBpf.require();
    List<KernelMap> found = new ArrayList<>();
    try {
      for (int id = LibBpfMaps.nextMapId(0); id != -Errno.ENOENT; id = LibBpfMaps.nextMapId(id)) {
        if (id < 0) {
          throw BpfException.failed("look for maps named", name, -id, "");
        }
        addIfNamed(id, name, found);
      }
      return found;
    } catch (RuntimeException e) {
      found.forEach(KernelMap::close);
      throw e;
    }
  }

  private static void addIfNamed(int id, String name, List<KernelMap> found) {
    int fd = LibBpfMaps.mapFdById(id);
    if (fd < 0) {
      return; // gone since
    }
    LoadedMap map = describe(fd);
    if (map != null && map.name().equals(name)) {
      found.add(new KernelMap(map));
    } else {
      Descriptor.close(fd);
    }
  }

  /** Null if the kernel tells nothing. */
  private static LoadedMap describe(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(INFO);
      if (LibBpfMaps.mapInfo(fd, info) < 0) {
        return null;
      }
      long name = INFO.byteOffset(PathElement.groupElement("name"));
      return new LoadedMap(
          info.getString(name),
          fd,
          field(info, "type"),
          field(info, "map_flags"),
          field(info, "key_size"),
          field(info, "value_size"),
          field(info, "max_entries"));
    }
  }

  private static int field(MemorySegment info, String name) {
    return info.get(JAVA_INT, INFO.byteOffset(PathElement.groupElement(name)));
  }

  /**
   * Makes a ring buffer ({@code BPF_MAP_TYPE_RINGBUF}) that no program uses yet.
   *
   * @param name at most 15 characters
   * @param bytes a power of 2, at least a page
   * @throws BpfException ENOMEM if memory is short
   */
  public static KernelMap ringBuffer(String name, int bytes) {
    LibBpf.require();
    int fd = LibBpfMaps.createMap(TYPE_RINGBUF, name, 0, 0, bytes);
    if (fd < 0) {
      throw BpfException.failed("make", name, -fd, "");
    }
    return new KernelMap(new LoadedMap(name, fd, TYPE_RINGBUF, 0, 0, 0, bytes));
  }

  /** What can be done with the map, until {@link #close()}. */
  public LoadedMap map() {
    return map;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Descriptor.close(map.fd());
    }
  }
}
