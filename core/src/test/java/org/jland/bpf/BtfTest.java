// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BtfTest {
  @Test
  void membersOfAnonymousStructsStandInTheirPlace() {
    BtfBytes bytes = new BtfBytes();
    int u32 = bytes.integer("u32", 4);
    int u64 = bytes.integer("u64", 8);
    int inner =
        bytes.type(BtfBytes.UNION, "", 2, 8, bytes.string("b"), u32, 0, bytes.string("c"), u64, 0);
    bytes.type(BtfBytes.STRUCT, "s", 2, 16, bytes.string("a"), u32, 0, 0, inner, 64);

    BtfStruct struct = Btf.parse("test", bytes.build()).struct("s");

    assertEquals(16, struct.size());
    assertEquals(3, struct.members().size());
    assertEquals(0, struct.member("a").offset());
    assertEquals(8, struct.member("b").offset());
    assertEquals(4, struct.member("b").size());
    assertEquals(8, struct.member("c").size());
  }

  @Test
  void bitFieldsHaveTheirWidth() {
    BtfBytes bytes = new BtfBytes();
    int u32 = bytes.integer("u32", 4);
    bytes.type(
        BtfBytes.STRUCT | BtfBytes.KIND_FLAG,
        "s",
        2,
        8,
        bytes.string("whole"),
        u32,
        0,
        bytes.string("part"),
        u32,
        5 << 24 | 35);

    BtfStruct struct = Btf.parse("test", bytes.build()).struct("s");

    assertFalse(struct.member("whole").isBitField());
    assertEquals(new BtfMember("part", 35, 5, 4), struct.member("part"));
    assertEquals(4, struct.member("part").offset());
  }

  @Test
  void sizesFollowTypedefsAndArrays() {
    BtfBytes bytes = new BtfBytes();
    int u16 = bytes.integer("u16", 2);
    int alias = bytes.type(BtfBytes.TYPEDEF, "half", 0, u16);
    int constant = bytes.type(BtfBytes.CONST, "", 0, alias);
    int row = bytes.type(BtfBytes.ARRAY, "", 0, 0, constant, u16, 3);
    int table = bytes.type(BtfBytes.ARRAY, "", 0, 0, row, u16, 4);
    int pointer = bytes.type(BtfBytes.POINTER, "", 0, 0);
    bytes.type(
        BtfBytes.STRUCT,
        "s",
        2,
        32,
        bytes.string("table"),
        table,
        0,
        bytes.string("pointer"),
        pointer,
        192);

    BtfStruct struct = Btf.parse("test", bytes.build()).struct("s");

    assertEquals(24, struct.member("table").size());
    assertEquals(8, struct.member("pointer").size());
  }

  @Test
  void enumeratorsOfBothWidthsAreFound() {
    BtfBytes bytes = new BtfBytes();
    bytes.type(BtfBytes.ENUM, "flags", 1, 4, bytes.string("UNSIGNED"), -1);
    bytes.type(BtfBytes.ENUM | BtfBytes.KIND_FLAG, "signs", 1, 4, bytes.string("SIGNED"), -1);
    bytes.type(BtfBytes.ENUM64, "wide", 1, 8, bytes.string("WIDE"), 0x9abcdef0, 0x12345678);
    Btf btf = Btf.parse("test", bytes.build());

    assertEquals(OptionalLong.of(0xffff_ffffL), btf.findEnumerator("UNSIGNED"));
    assertEquals(OptionalLong.of(-1), btf.findEnumerator("SIGNED"));
    assertEquals(OptionalLong.of(0x1234_5678_9abc_def0L), btf.findEnumerator("WIDE"));
    assertEquals(OptionalLong.empty(), btf.findEnumerator("WID"));
    assertEquals(OptionalLong.empty(), btf.findEnumerator("WIDER"));
  }

  @Test
  void functionsAreFound() {
    BtfBytes bytes = new BtfBytes();
    bytes.type(BtfBytes.FUNCTION, "kfunc", 0, 0);
    Btf btf = Btf.parse("test", bytes.build());
    assertTrue(btf.hasFunction("kfunc"));
    assertFalse(btf.hasFunction("other"));
  }

  @Test
  void missingStructAndMemberAreNamed() {
    BtfBytes bytes = new BtfBytes();
    bytes.type(BtfBytes.STRUCT, "s", 0, 0);
    Btf btf = Btf.parse("test", bytes.build());
    assertTrue(btf.findStruct("t").isEmpty());
    BpfException e = assertThrows(BpfException.class, () -> btf.struct("t"));
    assertEquals("BTF: no struct t", e.getMessage());
    e = assertThrows(BpfException.class, () -> btf.struct("s").member("m"));
    assertEquals("struct s: no member m", e.getMessage());
  }

  @Test
  void typesThatContainThemselvesAreDamage() {
    BtfBytes alias = new BtfBytes();
    alias.type(BtfBytes.TYPEDEF, "loop", 0, 1);
    alias.type(BtfBytes.STRUCT, "s", 1, 4, alias.string("m"), 1, 0);
    assertDamaged(alias, "s", "refers to itself");

    BtfBytes array = new BtfBytes();
    array.type(BtfBytes.ARRAY, "", 0, 0, 1, 1, 1);
    array.type(BtfBytes.STRUCT, "s", 1, 4, array.string("m"), 1, 0);
    assertDamaged(array, "s", "contains itself");

    BtfBytes anonymous = new BtfBytes();
    anonymous.type(BtfBytes.STRUCT, "s", 1, 4, 0, 1, 0);
    assertDamaged(anonymous, "s", "contains itself");
  }

  @Test
  void referencesOutsideAreDamage() {
    BtfBytes type = new BtfBytes();
    type.type(BtfBytes.STRUCT, "s", 1, 4, type.string("m"), 99, 0);
    assertDamaged(type, "s", "type 99");

    BtfBytes name = new BtfBytes();
    name.integer("u32", 4);
    name.type(BtfBytes.STRUCT, "s", 1, 4, 12345, 1, 0);
    assertDamaged(name, "s", "member name at 12345");

    BtfBytes huge = new BtfBytes();
    int u64 = huge.integer("u64", 8);
    int array = huge.type(BtfBytes.ARRAY, "", 0, 0, u64, u64, -1);
    huge.type(BtfBytes.STRUCT, "s", 1, 4, huge.string("m"), array, 0);
    assertDamaged(huge, "s", "2 GiB");
  }

  @Test
  void membersBeyondTheEndAreDamage() {
    BtfBytes bytes = new BtfBytes();
    bytes.type(BtfBytes.STRUCT, "s", 1000, 4);
    assertUnreadable(bytes.build(), "BTF type 1");
  }

  @Test
  void unknownKindsVersionsAndMagicsAreDamage() {
    BtfBytes kind = new BtfBytes();
    kind.type(31, "x", 0, 0);
    assertUnreadable(kind.build(), "kind 31");
    byte[] version = new BtfBytes().build();
    version[2] = 9;
    assertUnreadable(version, "version 9");
    byte[] magic = new BtfBytes().build();
    magic[0] = 0;
    assertUnreadable(magic, "no BTF");
    assertUnreadable(new byte[0], "no BTF");
  }

  @Test
  void anyDamageIsAnExceptionOfOurs() {
    BtfBytes bytes = new BtfBytes();
    int u32 = bytes.integer("u32", 4);
    int array = bytes.type(BtfBytes.ARRAY, "", 0, 0, u32, u32, 3);
    int inner = bytes.type(BtfBytes.STRUCT, "", 1, 4, bytes.string("b"), u32, 0);
    bytes.type(BtfBytes.STRUCT, "s", 2, 16, bytes.string("a"), array, 0, 0, inner, 96);
    bytes.type(BtfBytes.ENUM64, "e", 1, 8, bytes.string("E"), 1, 2);
    byte[] good = bytes.build();
    readAll(good);
    for (int length = 0; length < good.length; length++) {
      readAll(Arrays.copyOf(good, length));
    }
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        readAll(bad);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
  }

  private static void readAll(byte[] bytes) {
    try {
      Btf btf = Btf.parse("test", bytes);
      btf.findStruct("s");
      btf.findEnumerator("E");
      btf.hasFunction("f");
      for (String section : btf.sections()) {
        btf.variables(section).forEach(btf::structOfVariable);
      }
    } catch (BpfException e) {
      assertTrue(e.getMessage().contains("damaged object file"), e.getMessage());
    }
  }

  private static void assertDamaged(BtfBytes bytes, String struct, String problem) {
    Btf btf = Btf.parse("test", bytes.build());
    BpfException e = assertThrows(BpfException.class, () -> btf.findStruct(struct));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  private static void assertUnreadable(byte[] bytes, String problem) {
    BpfException e = assertThrows(BpfException.class, () -> Btf.parse("test", bytes));
    assertTrue(e.getMessage().startsWith("test: damaged object file"), e.getMessage());
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }
}
