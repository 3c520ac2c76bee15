// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BpfObjectSpecTest {
  private final BpfObjectSpec spec = BpfObjectSpec.parse("test", object());

  /** Two counters in .bss, a constant, a map, a program and an operations table. */
  private static byte[] object() {
    BtfBytes btf = new BtfBytes();
    int u32 = btf.integer("u32", 4);
    int u64 = btf.integer("u64", 8);
    int character = btf.integer("char", 1);
    int text = btf.type(BtfBytes.ARRAY, "", 0, 0, character, u32, 8);
    int ops =
        btf.type(
            BtfBytes.STRUCT,
            "ops",
            3,
            24,
            btf.string("flags"),
            u64,
            0,
            btf.string("timeout_ms"),
            u32,
            64,
            btf.string("name"),
            text,
            96);
    int first = btf.type(BtfBytes.VARIABLE, "nr_first", 0, u64, 1);
    int second = btf.type(BtfBytes.VARIABLE, "nr_second", 0, u64, 1);
    int limit = btf.type(BtfBytes.VARIABLE, "limit", 0, u32, 1);
    int outside = btf.type(BtfBytes.VARIABLE, "outside", 0, u32, 1);
    int ring = btf.type(BtfBytes.VARIABLE, "ring", 0, u32, 1);
    int table = btf.type(BtfBytes.VARIABLE, "test_ops", 0, ops, 1);
    btf.type(BtfBytes.DATA_SECTION, ".bss", 2, 0, second, 0, 8, first, 0, 8);
    btf.type(BtfBytes.DATA_SECTION, ".rodata", 2, 0, limit, 0, 4, outside, 0, 4);
    btf.type(BtfBytes.DATA_SECTION, ".maps", 1, 0, ring, 0, 4);
    btf.type(BtfBytes.DATA_SECTION, ".struct_ops.link", 1, 0, table, 0, 24);

    ElfBytes elf = new ElfBytes();
    elf.section(".BTF", ElfBytes.PROGBITS, 0, btf.build());
    int bss = elf.bss(".bss", 16);
    int rodata = elf.section(".rodata", ElfBytes.PROGBITS, 2, new byte[4]);
    int code = elf.section("syscall", ElfBytes.PROGBITS, ElfBytes.EXECUTABLE, new byte[16]);
    int helpers = elf.section(".text", ElfBytes.PROGBITS, ElfBytes.EXECUTABLE, new byte[16]);
    elf.object("nr_first", bss, 0);
    elf.object("nr_second", bss, 8);
    elf.object("limit", rodata, 0);
    elf.object("outside", rodata, 2);
    elf.function("prog", code);
    elf.function("subprogram", helpers);
    return elf.build();
  }

  @Test
  void variablesHaveTheirPlaceFromTheSymbols() {
    assertEquals(new BpfVariable("nr_first", ".bss", 0, 8), spec.variable("nr_first"));
    assertEquals(new BpfVariable("nr_second", ".bss", 8, 8), spec.variable("nr_second"));
    assertFalse(spec.variable("nr_second").isReadOnly());
    assertTrue(spec.variable("limit").isReadOnly());
  }

  @Test
  void variableBeyondItsSectionIsLeftOut() {
    assertFalse(spec.variables().containsKey("outside"));
  }

  @Test
  void mapsProgramsAndTablesAreListed() {
    assertEquals(Set.of("ring"), spec.maps());
    assertEquals(Set.of("prog"), spec.programs());
    assertEquals(24, spec.structOps("test_ops").type().size());
  }

  @Test
  void unknownNamesAreNamed() {
    assertMissing("variable x", () -> spec.setU32("x", 1));
    assertMissing("map x", () -> spec.setMaxEntries("x", 1));
    assertMissing("map x", () -> spec.disableMap("x"));
    assertMissing("program x", () -> spec.disableProgram("x"));
    assertMissing("struct_ops x", () -> spec.structOps("x"));
    BpfException e =
        assertThrows(BpfException.class, () -> spec.structOps("test_ops").setU32("x", 1));
    assertEquals("struct ops: no member x", e.getMessage());
  }

  private static void assertMissing(String what, Runnable change) {
    BpfException e = assertThrows(BpfException.class, change::run);
    assertEquals("test: the object has no " + what, e.getMessage());
  }

  @Test
  void valuesMustHaveTheRightSize() {
    assertThrows(IllegalArgumentException.class, () -> spec.setU64("limit", 1));
    StructOpsSpec ops = spec.structOps("test_ops");
    assertThrows(IllegalArgumentException.class, () -> ops.setU32("flags", 1));
    assertThrows(IllegalArgumentException.class, () -> ops.setString("name", "12345678"));
  }

  @Test
  void valuesAreLittleEndianAndPadded() {
    spec.setU32("limit", 0x01020304);
    assertArrayEquals(new byte[] {4, 3, 2, 1}, spec.values().get(spec.variable("limit")));
    StructOpsSpec ops = spec.structOps("test_ops").setString("name", "jland");
    byte[] name = ops.values().get(ops.type().member("name"));
    assertEquals("jland\0\0\0", new String(name, StandardCharsets.US_ASCII));
  }

  @Test
  void otherFilesAreNotObjects() {
    assertDamaged("not an ELF file", new byte[0]);
    assertDamaged("not an ELF file", "#!/bin/sh\n".repeat(20).getBytes(StandardCharsets.UTF_8));
    byte[] machine = object();
    machine[18] = 62;
    assertDamaged("not a little-endian BPF object", machine);
    assertDamaged("no BTF", new ElfBytes().build());
    assertDamaged("section table", Arrays.copyOf(object(), 200));
  }

  private static void assertDamaged(String problem, byte[] content) {
    BpfException e = assertThrows(BpfException.class, () -> BpfObjectSpec.parse("test", content));
    assertTrue(e.getMessage().startsWith("test: damaged object file ("), e.getMessage());
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  @Test
  void missingFileAndResourceAreNamed() {
    BpfException e =
        assertThrows(
            BpfException.class, () -> BpfObjectSpec.fromFile("test", Path.of("/no/such.o")));
    assertTrue(e.getMessage().contains("/no/such.o"), e.getMessage());
    e =
        assertThrows(
            BpfException.class,
            () -> BpfObjectSpec.fromResource("test", BpfObjectSpec.class, "/no/such.o"));
    assertTrue(e.getMessage().contains("lacks the resource /no/such.o"), e.getMessage());
  }

  @Test
  void anyDamageIsAnExceptionOfOurs() {
    byte[] good = object();
    for (int length = 0; length < good.length; length++) {
      parse(Arrays.copyOf(good, length));
    }
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        parse(bad);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
  }

  private static void parse(byte[] content) {
    try {
      BpfObjectSpec.parse("test", content);
    } catch (BpfException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }
}
