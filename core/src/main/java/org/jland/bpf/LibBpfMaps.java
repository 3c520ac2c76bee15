// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.jland.ffi.NativeCall.pointer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jland.ffi.NativeCall;

/**
 * The libbpf functions for maps that are not part of an object: found by their number, or made.
 * Rules as in {@link LibBpf}.
 */
final class LibBpfMaps {
  private static final NativeCall NEXT_MAP_ID = LibBpf.function("bpf_map_get_next_id");
  private static final NativeCall MAP_FD_BY_ID = LibBpf.function("bpf_map_get_fd_by_id");
  private static final NativeCall MAP_INFO_BY_FD = LibBpf.function("bpf_map_get_info_by_fd");
  private static final NativeCall CREATE_MAP = LibBpf.function("bpf_map_create");

  private LibBpfMaps() {}

  /** The id after {@code id} among all maps of the kernel, or -ENOENT at the end. */
  static int nextMapId(int id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment next = arena.allocate(JAVA_INT);
      int result = NEXT_MAP_ID.callInt(id, pointer(next));
      return result < 0 ? result : next.get(JAVA_INT, 0);
    }
  }

  /** A descriptor of a map, to be closed by the caller, or a negative errno. */
  static int mapFdById(int id) {
    return MAP_FD_BY_ID.callInt(id);
  }

  /** Fills a {@code struct bpf_map_info}, or as much of it as there is room for. */
  static int mapInfo(int fd, MemorySegment info) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) info.byteSize());
      return MAP_INFO_BY_FD.callInt(fd, pointer(info), pointer(length));
    }
  }

  /** A descriptor of a new map without options, or a negative errno. */
  static int createMap(int type, String name, int keySize, int valueSize, int maxEntries) {
    try (Arena arena = Arena.ofConfined()) {
      return CREATE_MAP.callInt(
          type, pointer(arena.allocateFrom(name)), keySize, valueSize, maxEntries, 0);
    }
  }
}
