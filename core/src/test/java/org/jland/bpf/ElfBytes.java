// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes a BPF object by hand. Section 0 is the empty one; others count from 1. */
final class ElfBytes {
  static final int PROGBITS = 1;
  static final int NOBITS = 8;
  static final int EXECUTABLE = 4;

  private static final int HEADER = 64;
  private static final int FUNCTION_GLOBAL = 0x12;
  private static final int OBJECT_LOCAL = 0x01;

  private record Section(String name, int type, long flags, byte[] bytes, long size, int link) {}

  private final List<Section> sections = new ArrayList<>();
  private final ByteArrayOutputStream symbols = new ByteArrayOutputStream();
  private final ByteArrayOutputStream names = new ByteArrayOutputStream();

  ElfBytes() {
    names.write(0);
    sections.add(new Section("", 0, 0, new byte[0], 0, 0));
    symbols.writeBytes(new byte[24]);
  }

  int section(String name, int type, long flags, byte[] bytes) {
    sections.add(new Section(name, type, flags, bytes, bytes.length, 0));
    return sections.size() - 1;
  }

  int bss(String name, long size) {
    sections.add(new Section(name, NOBITS, 3, new byte[0], size, 0));
    return sections.size() - 1;
  }

  void function(String name, int section) {
    symbol(name, FUNCTION_GLOBAL, section, 0);
  }

  void object(String name, int section, long value) {
    symbol(name, OBJECT_LOCAL, section, value);
  }

  private void symbol(String name, int info, int section, long value) {
    ByteBuffer entry = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    entry.putInt(name(name)).put((byte) info).put((byte) 0).putShort((short) section);
    symbols.writeBytes(entry.putLong(value).putLong(8).array());
  }

  private int name(String text) {
    int at = names.size();
    names.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    names.write(0);
    return at;
  }

  byte[] build() {
    int stringTable = sections.size();
    List<Integer> nameOffsets = new ArrayList<>();
    for (Section section : sections) {
      nameOffsets.add(name(section.name()));
    }
    nameOffsets.add(name(".strtab"));
    nameOffsets.add(name(".symtab"));
    List<Section> all = new ArrayList<>(sections);
    byte[] text = names.toByteArray();
    byte[] table = symbols.toByteArray();
    all.add(new Section(".strtab", 3, 0, text, text.length, 0));
    all.add(new Section(".symtab", 2, 0, table, table.length, stringTable));
    return write(all, nameOffsets, stringTable);
  }

  private static byte[] write(List<Section> all, List<Integer> nameOffsets, int stringTable) {
    int content = all.stream().mapToInt(section -> section.bytes().length).sum();
    ByteBuffer out =
        ByteBuffer.allocate(HEADER + content + 64 * all.size()).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    out.putShort(16, (short) 1).putShort(18, (short) 247).putInt(20, 1);
    out.putLong(40, HEADER + content).putShort(58, (short) 64);
    out.putShort(60, (short) all.size()).putShort(62, (short) stringTable);
    int at = HEADER;
    for (int i = 0; i < all.size(); i++) {
      Section section = all.get(i);
      out.position(at).put(section.bytes());
      int header = HEADER + content + 64 * i;
      out.putInt(header, nameOffsets.get(i)).putInt(header + 4, section.type());
      out.putLong(header + 8, section.flags()).putLong(header + 24, at);
      out.putLong(header + 32, section.size()).putInt(header + 40, section.link());
      at += section.bytes().length;
    }
    return out.array();
  }
}
