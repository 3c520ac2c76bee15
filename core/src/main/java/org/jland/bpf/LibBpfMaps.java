// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The libbpf functions for maps that are not part of an object: found by their number, or made.
 * Rules as in {@link LibBpf}.
 */
final class LibBpfMaps {
  private static final MethodHandle NEXT_MAP_ID =
      LibBpf.plain("bpf_map_get_next_id", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle MAP_FD_BY_ID =
      LibBpf.plain("bpf_map_get_fd_by_id", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle MAP_INFO_BY_FD =
      LibBpf.plain(
          "bpf_map_get_info_by_fd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle CREATE_MAP =
      LibBpf.plain(
          "bpf_map_create",
          FunctionDescriptor.of(
              JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));

  private LibBpfMaps() {}

  /** The id after {@code id} among all maps of the kernel, or -ENOENT at the end. */
  static int nextMapId(int id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment next = arena.allocate(JAVA_INT);
      int result = (int) NEXT_MAP_ID.invokeExact(id, next);
      return result < 0 ? result : next.get(JAVA_INT, 0);
    } catch (Throwable e) {
      throw LibBpf.unexpected(e);
    }
  }

  /** A descriptor of a map, to be closed by the caller, or a negative errno. */
  static int mapFdById(int id) {
    try {
      return (int) MAP_FD_BY_ID.invokeExact(id);
    } catch (Throwable e) {
      throw LibBpf.unexpected(e);
    }
  }

  /** Fills a {@code struct bpf_map_info}, or as much of it as there is room for. */
  static int mapInfo(int fd, MemorySegment info) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) info.byteSize());
      return (int) MAP_INFO_BY_FD.invokeExact(fd, info, length);
    } catch (Throwable e) {
      throw LibBpf.unexpected(e);
    }
  }

  /** A descriptor of a new map without options, or a negative errno. */
  static int createMap(int type, String name, int keySize, int valueSize, int maxEntries) {
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          CREATE_MAP.invokeExact(
              type, arena.allocateFrom(name), keySize, valueSize, maxEntries, MemorySegment.NULL);
    } catch (Throwable e) {
      throw LibBpf.unexpected(e);
    }
  }
}
