// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sections and symbols of a BPF object: a 64-bit little-endian relocatable ELF file. Immutable.
 *
 * @see <a href="https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html">System V ABI,
 *     ELF</a>
 */
final class ElfObject {
  private static final int MAGIC = 0x464c457f; // 0x7f "ELF", little-endian
  private static final int CLASS_64 = 2;
  private static final int DATA_LITTLE_ENDIAN = 1;
  private static final int TYPE_RELOCATABLE = 1;
  private static final int MACHINE_BPF = 247;
  private static final int SECTION_HEADER_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;
  private static final int SHT_SYMTAB = 2;
  private static final int SHT_NOBITS = 8;
  private static final long SHF_EXECINSTR = 4;
  private static final int STT_FUNC = 2;
  private static final int STB_GLOBAL = 1;

  /** One section; a {@code .bss} has a size but no bytes in the file. */
  record Section(int index, String name, int type, long flags, long offset, long size, int link) {
    boolean isExecutable() {
      return (flags & SHF_EXECINSTR) != 0;
    }
  }

  /** One symbol; {@code value} is an offset in its section. */
  record Symbol(String name, int section, long value, long size, boolean globalFunction) {}

  private final FileBytes file;
  private final List<Section> sections;
  private final List<Symbol> symbols;

  private ElfObject(FileBytes file, List<Section> sections) {
    this.file = file;
    this.sections = sections;
    this.symbols = readSymbols();
  }

  /**
   * Reads the tables.
   *
   * @throws BpfException if this is no BPF object, or a damaged one
   */
  static ElfObject parse(FileBytes file) {
    if (file.length() < 64 || file.i32("ELF magic", 0) != MAGIC) {
      throw file.damaged("not an ELF file");
    }
    if (file.u8("ELF class", 4) != CLASS_64
        || file.u8("ELF byte order", 5) != DATA_LITTLE_ENDIAN
        || file.u16("ELF type", 16) != TYPE_RELOCATABLE
        || file.u16("ELF machine", 18) != MACHINE_BPF) {
      throw file.damaged("not a little-endian BPF object");
    }
    return new ElfObject(file, readSections(file));
  }

  private static List<Section> readSections(FileBytes file) {
    long table = file.i64("section table offset", 40);
    int entryBytes = file.u16("section header size", 58);
    int count = file.u16("section count", 60);
    int nameIndex = file.u16("section name index", 62);
    if (entryBytes != SECTION_HEADER_BYTES || nameIndex >= count) {
      throw file.damaged("bad section table");
    }
    FileBytes headers = file.slice("section table", table, (long) count * SECTION_HEADER_BYTES);
    FileBytes names = content(file, header(headers, nameIndex, ""));
    List<Section> sections = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long nameOffset = headers.u32("section name", (long) i * SECTION_HEADER_BYTES);
      Section section = header(headers, i, names.text("section name", nameOffset));
      if (section.type() != SHT_NOBITS) {
        content(file, section);
      }
      sections.add(section);
    }
    return List.copyOf(sections);
  }

  private static Section header(FileBytes headers, int index, String name) {
    long at = (long) index * SECTION_HEADER_BYTES;
    return new Section(
        index,
        name,
        headers.i32("section type", at + 4),
        headers.i64("section flags", at + 8),
        headers.i64("section offset", at + 24),
        headers.i64("section size", at + 32),
        headers.i32("section link", at + 40));
  }

  private static FileBytes content(FileBytes file, Section section) {
    return file.slice("section " + section.name(), section.offset(), section.size());
  }

  private List<Symbol> readSymbols() {
    List<Symbol> found = new ArrayList<>();
    for (Section section : sections) {
      if (section.type() == SHT_SYMTAB) {
        readSymbols(section, found);
      }
    }
    return List.copyOf(found);
  }

  private void readSymbols(Section table, List<Symbol> found) {
    if (table.link() < 0 || table.link() >= sections.size()) {
      throw file.damaged("symbol table without names");
    }
    FileBytes entries = content(file, table);
    FileBytes names = content(file, sections.get(table.link()));
    for (long at = 0; at + SYMBOL_BYTES <= entries.length(); at += SYMBOL_BYTES) {
      int info = entries.u8("symbol info", at + 4);
      found.add(
          new Symbol(
              names.text("symbol name", entries.u32("symbol name", at)),
              entries.u16("symbol section", at + 6),
              entries.i64("symbol value", at + 8),
              entries.i64("symbol size", at + 16),
              (info & 0xf) == STT_FUNC && info >> 4 == STB_GLOBAL));
    }
  }

  Optional<Section> section(String name) {
    return sections.stream().filter(section -> section.name().equals(name)).findFirst();
  }

  /** The bytes of a section that has some. */
  FileBytes content(Section section) {
    if (section.type() == SHT_NOBITS) {
      throw file.damaged("section " + section.name() + " has no bytes");
    }
    return content(file, section);
  }

  Optional<Symbol> symbol(Section section, String name) {
    return symbols.stream()
        .filter(symbol -> symbol.section() == section.index() && symbol.name().equals(name))
        .findFirst();
  }

  /** Entry functions: global functions in executable sections other than the subprograms' one. */
  List<String> programs() {
    return symbols.stream()
        .filter(Symbol::globalFunction)
        .filter(symbol -> symbol.section() < sections.size())
        .filter(symbol -> sections.get(symbol.section()).isExecutable())
        .filter(symbol -> !sections.get(symbol.section()).name().equals(".text"))
        .map(Symbol::name)
        .toList();
  }
}
