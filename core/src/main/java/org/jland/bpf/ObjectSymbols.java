// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Joins an object's BTF (types) with its ELF symbols (places). Stateless. */
final class ObjectSymbols {
  private ObjectSymbols() {}

  /**
   * The global variables. The compiler leaves their offsets in BTF at 0 for the loader to fill in;
   * the symbol table has them.
   */
  static Map<String, BpfVariable> variables(ElfObject elf, Btf btf) {
    Map<String, BpfVariable> variables = new LinkedHashMap<>();
    for (String name : btf.sections()) {
      if (isData(name)) {
        elf.section(name).ifPresent(section -> addVariables(elf, section, btf, variables));
      }
    }
    return variables;
  }

  private static boolean isData(String section) {
    return section.startsWith(".bss")
        || section.startsWith(".data")
        || section.startsWith(".rodata");
  }

  private static void addVariables(
      ElfObject elf, ElfObject.Section section, Btf btf, Map<String, BpfVariable> variables) {
    for (Btf.SectionVariable variable : btf.variables(section.name())) {
      elf.symbol(section, variable.name())
          .filter(symbol -> liesWithin(symbol.value(), variable.size(), section.size()))
          .ifPresent(symbol ->
              variables.put(
                  variable.name(),
                  new BpfVariable(
                      variable.name(), section.name(), symbol.value(), variable.size())));
    }
  }

  private static boolean liesWithin(long offset, long size, long whole) {
    return offset >= 0 && offset <= whole && size <= whole - offset;
  }

  static Set<String> maps(Btf btf) {
    Set<String> maps = new LinkedHashSet<>();
    for (Btf.SectionVariable variable : btf.variables(".maps")) {
      maps.add(variable.name());
    }
    return maps;
  }

  /** The operations tables; a section name may start with {@code ?} (optional to libbpf). */
  static Map<String, StructOpsSpec> structOps(String object, Btf btf) {
    Map<String, StructOpsSpec> tables = new LinkedHashMap<>();
    for (String section : btf.sections()) {
      if (section.startsWith(".struct_ops") || section.startsWith("?.struct_ops")) {
        for (Btf.SectionVariable variable : btf.variables(section)) {
          BtfStruct type =
              btf.structOfVariable(variable)
                  .orElseThrow(() ->
                      BpfException.unusable(
                          "read", object, variable.name() + " is no struct; build it again"));
          tables.put(variable.name(), new StructOpsSpec(variable.name(), type));
        }
      }
    }
    return tables;
  }
}
