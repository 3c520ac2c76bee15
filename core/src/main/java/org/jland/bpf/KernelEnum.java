// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The values of an enum in the running kernel, read by libbpf: {@link Btf#kernel()} knows more but
 * parses megabytes in Java. At start only.
 */
public final class KernelEnum {
  private static final int KIND_ENUM = 6;
  private static final int KIND_ENUM64 = 19;
  private static final int TYPE_BYTES = 12;
  private static final int INFO_OFFSET = 4;
  private static final int LENGTH_MASK = 0xffff;

  /** They don't change while the kernel runs, and libbpf goes through megabytes to find one. */
  private static final Map<String, Map<String, Long>> READ = new ConcurrentHashMap<>();

  private KernelEnum() {}

  /**
   * Reads an enum, the first time.
   *
   * @param name its name in C
   * @return its enumerators, empty if the kernel has no such enum
   * @throws BpfException if libbpf is unusable or the kernel has no BTF
   */
  public static Map<String, Long> read(String name) {
    return READ.computeIfAbsent(name, KernelEnum::readNow);
  }

  private static Map<String, Long> readNow(String name) {
    LibBpf.require();
    LibBpf.Handle btf = LibBpf.loadVmlinuxBtf();
    if (btf.error() != 0) {
      throw BpfException.failed("read", "the kernel's BTF", -btf.error(), "");
    }
    try {
      int id = LibBpf.findType(btf.pointer(), name, KIND_ENUM64);
      boolean wide = id > 0;
      if (!wide) {
        id = LibBpf.findType(btf.pointer(), name, KIND_ENUM);
      }
      return id > 0 ? enumerators(btf.pointer(), LibBpf.type(btf.pointer(), id), wide) : Map.of();
    } finally {
      LibBpf.freeBtf(btf.pointer());
    }
  }

  /** After the type: name, low and high word of each enumerator; a 32-bit enum has no high word. */
  private static Map<String, Long> enumerators(
      MemorySegment btf, MemorySegment type, boolean wide) {
    Map<String, Long> values = new HashMap<>();
    int length = type.get(JAVA_INT, INFO_OFFSET) & LENGTH_MASK;
    int stride = wide ? 12 : 8;
    for (int i = 0; i < length; i++) {
      long at = TYPE_BYTES + (long) i * stride;
      long value = Integer.toUnsignedLong(type.get(JAVA_INT, at + 4));
      if (wide) {
        value |= (long) type.get(JAVA_INT, at + 8) << 32;
      }
      values.put(LibBpf.name(btf, type.get(JAVA_INT, at)), value);
    }
    return values;
  }
}
