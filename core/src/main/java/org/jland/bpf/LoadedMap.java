// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jland.os.Errno;
import org.jland.os.OsException;
import org.jland.os.SharedMapping;
import org.jland.os.SharedMapping.Access;

/**
 * A map in the kernel.
 *
 * <p>Sizes are those of the loaded map, which libbpf may have rounded up. Thread-safe while the
 * {@link LoadedObject} is open; a mapping outlives it until its own arena is closed.
 *
 * @param name the map's name, or the data section's
 * @param fd its descriptor, owned by the {@link LoadedObject}
 * @param type a number of {@code enum bpf_map_type}
 * @param flags BPF_F_… of the map
 * @param keySize bytes of a key
 * @param valueSize bytes of a value
 * @param maxEntries how many there may be
 */
public record LoadedMap(
    String name, int fd, int type, int flags, int keySize, int valueSize, int maxEntries) {
  private static final int TYPE_ARRAY = 2;
  private static final int FLAG_MMAPABLE = 1 << 10;

  static LoadedMap of(String name, MemorySegment map) {
    int fd = LibBpf.mapFd(map);
    if (fd < 0) {
      throw BpfException.unusable("find", name, "the map is not loaded");
    }
    return new LoadedMap(
        name,
        fd,
        LibBpf.mapType(map),
        LibBpf.mapFlags(map),
        LibBpf.keySize(map),
        LibBpf.valueSize(map),
        LibBpf.maxEntries(map));
  }

  /** The distance between two values of an array map: their size rounded up to 8. */
  public long stride() {
    return (Integer.toUnsignedLong(valueSize) + 7) & -8L;
  }

  /**
   * Maps the values of an array map with BPF_F_MMAPABLE, shared with the BPF programs.
   *
   * @param arena the mapping's lifetime, and which threads may use it
   * @return {@link #stride()} × {@link #maxEntries()} bytes
   * @throws BpfException if the map is of another kind, or memory is short
   */
  public MemorySegment map(Arena arena) {
    return map(Access.READ_WRITE, arena);
  }

  /** Like {@link #map(Arena)}, for maps that user space may not write, {@code .rodata} included. */
  public MemorySegment mapReadOnly(Arena arena) {
    return map(Access.READ_ONLY, arena);
  }

  private MemorySegment map(Access access, Arena arena) {
    if (type != TYPE_ARRAY || (flags & FLAG_MMAPABLE) == 0) {
      throw BpfException.unusable("map", name, "no array map with BPF_F_MMAPABLE");
    }
    try {
      return SharedMapping.map(fd, stride() * Integer.toUnsignedLong(maxEntries), access, arena);
    } catch (OsException e) {
      throw BpfException.failed("map", name, e.errno(), "");
    }
  }

  /**
   * Copies the value of a key.
   *
   * @param key native, of {@link #keySize()} bytes
   * @param value native, of {@link #valueSize()} bytes; of {@link #stride()} bytes per possible CPU
   *     for a per-CPU map
   * @return false if the map has no such key
   * @throws BpfException if the kernel refuses
   */
  public boolean lookup(MemorySegment key, MemorySegment value) {
    requireSize(key, keySize, "key");
    requireSize(value, valueSize, "value");
    int result = LibBpf.lookupElem(fd, key, value);
    if (result < 0 && result != -Errno.ENOENT) {
      throw BpfException.failed("look up a key", name, -result, "");
    }
    return result == 0;
  }

  /**
   * Sets the value of a key, which is added if it is new.
   *
   * @param key as for {@link #lookup}
   * @param value as for {@link #lookup}
   * @throws BpfException if the kernel refuses, for example E2BIG for a full map
   */
  public void update(MemorySegment key, MemorySegment value) {
    requireSize(key, keySize, "key");
    requireSize(value, valueSize, "value");
    int result = LibBpf.updateElem(fd, key, value, 0);
    if (result < 0) {
      throw BpfException.failed("update", name, -result, "");
    }
  }

  /** Returns whether it is an array of values, all of which are 0 when it is loaded. */
  boolean isArray() {
    return type == TYPE_ARRAY;
  }

  /**
   * Sets every value of an array map to 0, as when it was loaded. Timers in it are cancelled, and
   * have to be initialized again.
   *
   * @throws BpfException if the kernel refuses
   */
  void clear() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(JAVA_INT);
      MemorySegment zeros = arena.allocate(valueSize, Long.BYTES);
      for (int i = 0; i < maxEntries; i++) {
        key.set(JAVA_INT, 0, i);
        update(key, zeros);
      }
    }
  }

  /**
   * Takes a key away.
   *
   * @param key as for {@link #lookup}
   * @return false if the map has no such key
   * @throws BpfException if the kernel refuses
   */
  public boolean delete(MemorySegment key) {
    requireSize(key, keySize, "key");
    int result = LibBpf.deleteElem(fd, key);
    if (result < 0 && result != -Errno.ENOENT) {
      throw BpfException.failed("delete a key of", name, -result, "");
    }
    return result == 0;
  }

  private void requireSize(MemorySegment segment, int bytes, String what) {
    if (!segment.isNative() || segment.byteSize() < bytes) {
      throw new IllegalArgumentException(
          "a " + what + " of map " + name + " takes " + bytes + " native bytes: " + segment);
    }
  }
}
