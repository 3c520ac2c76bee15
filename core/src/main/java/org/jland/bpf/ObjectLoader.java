// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** One load of a spec: open, change, load; closes the object again if any of it fails. */
final class ObjectLoader {
  /** The start of {@code struct bpf_object_open_opts}; its size tells libbpf where we stop. */
  private static final MemoryLayout OPEN_OPTIONS =
      MemoryLayout.structLayout(JAVA_LONG.withName("sz"), ADDRESS.withName("object_name"));

  private final BpfObjectSpec spec;
  private final LibBpf.Log log;
  private final MemorySegment object;

  private ObjectLoader(BpfObjectSpec spec, LibBpf.Log log, MemorySegment object) {
    this.spec = spec;
    this.log = log;
    this.object = object;
  }

  static LoadedObject load(BpfObjectSpec spec) {
    LibBpf.require();
    try (LibBpf.Log log = LibBpf.collectLog()) {
      MemorySegment object = open(spec, log);
      try {
        ObjectLoader loader = new ObjectLoader(spec, log, object);
        loader.change();
        loader.check("load", spec.name(), LibBpf.load(object));
        return new LoadedObject(spec, object);
      } catch (Throwable e) {
        LibBpf.close(object);
        throw e;
      }
    }
  }

  private static MemorySegment open(BpfObjectSpec spec, LibBpf.Log log) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = arena.allocate(OPEN_OPTIONS);
      options.set(JAVA_LONG, 0, OPEN_OPTIONS.byteSize());
      options.set(ADDRESS, 8, arena.allocateFrom(spec.name()));
      // libbpf copies what it keeps of the file before it returns.
      MemorySegment content = arena.allocate(spec.content().length, Long.BYTES);
      content.copyFrom(MemorySegment.ofArray(spec.content()));
      LibBpf.Handle opened = LibBpf.openMem(content, options);
      if (opened.error() != 0) {
        throw BpfException.failed("open", spec.name(), -opened.error(), log.text());
      }
      return opened.pointer();
    }
  }

  private void change() {
    for (Map.Entry<String, Integer> size : spec.valueSizes().entrySet()) {
      check("resize", size.getKey(), LibBpf.setValueSize(map(size.getKey()), size.getValue()));
    }
    for (Map.Entry<String, Integer> size : spec.maxEntries().entrySet()) {
      check("resize", size.getKey(), LibBpf.setMaxEntries(map(size.getKey()), size.getValue()));
    }
    for (String name : spec.disabledMaps()) {
      check("disable", name, LibBpf.setAutocreate(map(name), false));
    }
    for (String name : spec.disabledPrograms()) {
      MemorySegment program = found("program", name, LibBpf.findProgram(object, name));
      check("disable", name, LibBpf.setAutoload(program, false));
    }
    for (Map.Entry<BpfVariable, byte[]> value : spec.values().entrySet()) {
      BpfVariable variable = value.getKey();
      write(variable.section(), variable.name(), variable.offset(), value.getValue());
    }
    for (StructOpsSpec table : spec.structOps()) {
      for (Map.Entry<BtfMember, byte[]> value : table.values().entrySet()) {
        BtfMember member = value.getKey();
        write(table.name(), member.name(), member.offset(), value.getValue());
      }
    }
  }

  private void write(String map, String what, long offset, byte[] value) {
    MemorySegment initial = LibBpf.initialValue(map(map));
    if (offset + value.length > initial.byteSize()) {
      throw BpfException.unusable(
          "load", spec.name(), what + " lies outside of what libbpf has for " + map);
    }
    MemorySegment.copy(value, 0, initial, JAVA_BYTE, offset, value.length);
  }

  private MemorySegment map(String name) {
    return found("map", name, LibBpf.findMap(object, name));
  }

  private MemorySegment found(String what, String name, MemorySegment pointer) {
    if (pointer.address() == 0) {
      throw BpfException.unusable("load", spec.name(), "libbpf knows no " + what + " " + name);
    }
    return pointer;
  }

  private void check(String operation, String what, int result) {
    if (result < 0) {
      throw BpfException.failed(operation, what, -result, log.text());
    }
  }
}
