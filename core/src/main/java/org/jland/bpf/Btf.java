// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A reader of BTF, the type information of BPF objects and of the kernel. Needs no libbpf and no
 * privileges. Immutable. A search walks all types: for start-up, not for a loop; the kernel's BTF
 * keeps some 6 MB alive, so drop it soon.
 *
 * @see <a href="https://docs.kernel.org/bpf/btf.html">BPF Type Format</a>
 */
public final class Btf {
  private static final Path KERNEL = Path.of("/sys/kernel/btf/vmlinux");
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_BYTES = 24;
  private static final int TYPE_BYTES = 12;
  private static final long POINTER_BYTES = 8;

  /** As deep as the kernel follows types, too. */
  private static final int MAX_DEPTH = 32;

  /** Kinds in the order of their numbers. */
  private enum Kind {
    VOID,
    INT,
    POINTER,
    ARRAY,
    STRUCT,
    UNION,
    ENUM,
    FORWARD,
    TYPEDEF,
    VOLATILE,
    CONST,
    RESTRICT,
    FUNCTION,
    FUNCTION_PROTOTYPE,
    VARIABLE,
    DATA_SECTION,
    FLOAT,
    DECLARATION_TAG,
    TYPE_TAG,
    ENUM64;

    private static final Kind[] ALL = values();
  }

  /** A variable as BTF has it: in a compiler's output the offset is not filled in yet. */
  record SectionVariable(String name, int typeId, long offset, long size) {}

  private final FileBytes types;
  private final FileBytes strings;

  /** Where each type starts in {@code types}, by type id; entry 0 stands for void. */
  private final int[] starts;

  /** The ids of each kind: a kernel has 150 000 types, and only few are enums. */
  private final int[][] idsOfKind;

  private Btf(FileBytes types, FileBytes strings) {
    this.types = types;
    this.strings = strings;
    this.starts = index();
    this.idsOfKind = group();
  }

  /**
   * Reads raw BTF.
   *
   * @param name what it is called in errors
   * @param bytes a {@code .BTF} section, or the content of {@code /sys/kernel/btf/vmlinux}; not
   *     copied
   * @throws BpfException if it is damaged or of an unknown version
   */
  public static Btf parse(String name, byte[] bytes) {
    return parse(new FileBytes(name, bytes));
  }

  /**
   * The running kernel's BTF.
   *
   * @throws BpfException if the kernel shows none
   */
  public static Btf kernel() {
    try {
      return parse("kernel BTF", Files.readAllBytes(KERNEL));
    } catch (IOException e) {
      throw BpfException.unusable(
          "read", KERNEL.toString(), "not readable; boot a kernel with CONFIG_DEBUG_INFO_BTF=y");
    }
  }

  static Btf parse(FileBytes file) {
    if (file.length() < HEADER_BYTES || file.u16("BTF magic", 0) != MAGIC) {
      throw file.damaged("no BTF, or BTF of another byte order");
    }
    int version = file.u8("BTF version", 2);
    long header = file.u32("BTF header length", 4);
    if (version != 1 || header < HEADER_BYTES) {
      throw file.damaged("BTF version " + version + ", header of " + header + " bytes");
    }
    FileBytes types =
        file.slice(
            "BTF types", header + file.u32("BTF type offset", 8), file.u32("BTF type length", 12));
    FileBytes strings =
        file.slice(
            "BTF strings",
            header + file.u32("BTF string offset", 16),
            file.u32("BTF string length", 20));
    return new Btf(types, strings);
  }

  /** The struct or union of this tag, if it is defined. */
  public Optional<BtfStruct> findStruct(String name) {
    int id = find(name, Kind.STRUCT);
    if (id == 0) {
      id = find(name, Kind.UNION);
    }
    return id == 0 ? Optional.empty() : Optional.of(structOf(id));
  }

  /**
   * The struct or union of this tag.
   *
   * @throws BpfException if it is not defined
   */
  public BtfStruct struct(String name) {
    return findStruct(name)
        .orElseThrow(() -> BpfException.unusable("read", "BTF", "no struct " + name));
  }

  /**
   * The value of an enumerator of any enum, sign-extended if the enum is signed.
   *
   * @param name for example {@code SCX_OPS_SWITCH_PARTIAL}
   * @return empty if no enum has it
   */
  public OptionalLong findEnumerator(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    OptionalLong value = findEnumerator(Kind.ENUM, wanted);
    return value.isPresent() ? value : findEnumerator(Kind.ENUM64, wanted);
  }

  /** Whether a function of this name is described; in the kernel's BTF kfuncs are among them. */
  public boolean hasFunction(String name) {
    return find(name, Kind.FUNCTION) != 0;
  }

  /** The struct behind a variable's type, typedefs and qualifiers removed. */
  Optional<BtfStruct> structOfVariable(SectionVariable variable) {
    int id = resolve(variable.typeId());
    return kind(id) == Kind.STRUCT ? Optional.of(structOf(id)) : Optional.empty();
  }

  /** Names of all data sections: {@code .bss}, {@code .maps}, {@code .struct_ops} and so on. */
  List<String> sections() {
    List<String> names = new ArrayList<>();
    for (int id : ids(Kind.DATA_SECTION)) {
      names.add(nameOf(id));
    }
    return names;
  }

  /** The variables of a data section; empty if there is no such section. */
  List<SectionVariable> variables(String section) {
    int id = find(section, Kind.DATA_SECTION);
    List<SectionVariable> variables = new ArrayList<>();
    for (int i = 0; id != 0 && i < count(id); i++) {
      long at = starts[id] + TYPE_BYTES + i * 12L;
      int variable = typeId(types.i32("section variable", at));
      if (kind(variable) == Kind.VARIABLE) {
        variables.add(
            new SectionVariable(
                nameOf(variable),
                referred(variable),
                types.u32("variable offset", at + 4),
                types.u32("variable size", at + 8)));
      }
    }
    return variables;
  }

  private int[] index() {
    int[] found = new int[1024];
    int count = 1;
    long at = 0;
    while (at < types.length()) {
      if (count == found.length) {
        found = Arrays.copyOf(found, 2 * count);
      }
      found[count++] = (int) at;
      long end = at + TYPE_BYTES + extraBytes(at);
      types.slice("BTF type " + (count - 1), at, end - at);
      at = end;
    }
    return Arrays.copyOf(found, count);
  }

  private int[][] group() {
    int[] counts = new int[Kind.ALL.length];
    for (int id = 1; id < starts.length; id++) {
      counts[kind(id).ordinal()]++;
    }
    int[][] groups = new int[counts.length][];
    Arrays.setAll(groups, kind -> new int[counts[kind]]);
    for (int id = starts.length - 1; id > 0; id--) {
      int kind = kind(id).ordinal();
      groups[kind][--counts[kind]] = id;
    }
    return groups;
  }

  private int[] ids(Kind kind) {
    return idsOfKind[kind.ordinal()];
  }

  /** Bytes after a type's common part. */
  private long extraBytes(long at) {
    int info = types.i32("BTF type", at + 4);
    long count = info & 0xffff;
    return switch (kindOf(info, at)) {
      case INT, VARIABLE, DECLARATION_TAG -> 4;
      case ARRAY -> 12;
      case STRUCT, UNION, DATA_SECTION, ENUM64 -> 12 * count;
      case ENUM, FUNCTION_PROTOTYPE -> 8 * count;
      default -> 0;
    };
  }

  private Kind kindOf(int info, long at) {
    int number = info >>> 24 & 0x1f;
    if (number == 0 || number >= Kind.ALL.length) {
      throw types.damaged("BTF kind " + number + " at " + at + " is unknown");
    }
    return Kind.ALL[number];
  }

  private int find(String name, Kind kind) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    for (int id : ids(kind)) {
      if (strings.textEquals("type name", types.u32("type name", starts[id]), wanted)) {
        return id;
      }
    }
    return 0;
  }

  private Kind kind(int id) {
    return id == 0 ? Kind.VOID : kindOf(types.i32("BTF type", starts[id] + 4L), starts[id]);
  }

  private int count(int id) {
    return types.i32("BTF type", starts[id] + 4L) & 0xffff;
  }

  private boolean kindFlag(int id) {
    return types.i32("BTF type", starts[id] + 4L) < 0;
  }

  private String nameOf(int id) {
    return strings.text("type name", types.u32("type name", starts[id]));
  }

  /** The size, for kinds that have one in place of a type they refer to. */
  private long ownSize(int id) {
    return types.u32("type size", starts[id] + 8L);
  }

  private int referred(int id) {
    return typeId(types.i32("type reference", starts[id] + 8L));
  }

  private int typeId(int id) {
    if (id < 0 || id >= starts.length) {
      throw types.damaged("BTF refers to type " + id + " of " + starts.length);
    }
    return id;
  }

  /** Follows typedefs and qualifiers. */
  private int resolve(int id) {
    int current = id;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      switch (kind(current)) {
        case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> current = referred(current);
        default -> {
          return current;
        }
      }
    }
    throw types.damaged("BTF type " + id + " refers to itself");
  }

  private long sizeOf(int id, int depth) {
    if (depth == MAX_DEPTH) {
      throw types.damaged("BTF type " + id + " contains itself");
    }
    int actual = resolve(id);
    return switch (kind(actual)) {
      case INT, STRUCT, UNION, ENUM, ENUM64, FLOAT -> ownSize(actual);
      case POINTER -> POINTER_BYTES;
      case ARRAY -> {
        long at = starts[actual] + (long) TYPE_BYTES;
        long element = sizeOf(typeId(types.i32("array element", at)), depth + 1);
        long count = types.u32("array length", at + 8);
        if (element != 0 && count > Integer.MAX_VALUE / element) {
          throw types.damaged("BTF type " + id + " has more than 2 GiB");
        }
        yield element * count;
      }
      default -> throw types.damaged("BTF type " + id + " has no size");
    };
  }

  private BtfStruct structOf(int id) {
    List<BtfMember> members = new ArrayList<>();
    addMembers(id, 0, members, 0);
    return new BtfStruct(nameOf(id), ownSize(id), members);
  }

  private void addMembers(int id, long bitBase, List<BtfMember> members, int depth) {
    if (depth == MAX_DEPTH) {
      throw types.damaged("BTF type " + id + " contains itself");
    }
    boolean bitFields = kindFlag(id);
    for (int i = 0; i < count(id); i++) {
      long at = starts[id] + TYPE_BYTES + i * 12L;
      String name = strings.text("member name", types.u32("member name", at));
      int type = typeId(types.i32("member type", at + 4));
      long place = types.u32("member offset", at + 8);
      long bitOffset = bitBase + (bitFields ? place & 0xff_ffff : place);
      Kind kind = kind(resolve(type));
      if (name.isEmpty() && (kind == Kind.STRUCT || kind == Kind.UNION)) {
        addMembers(resolve(type), bitOffset, members, depth + 1);
      } else {
        int bitSize = bitFields ? (int) (place >>> 24) : 0;
        members.add(new BtfMember(name, bitOffset, bitSize, sizeOf(type, 0)));
      }
    }
  }

  private OptionalLong findEnumerator(Kind kind, byte[] wanted) {
    for (int id : ids(kind)) {
      OptionalLong value = enumerator(id, kind, wanted);
      if (value.isPresent()) {
        return value;
      }
    }
    return OptionalLong.empty();
  }

  private OptionalLong enumerator(int id, Kind kind, byte[] wanted) {
    int bytes = kind == Kind.ENUM ? 8 : 12;
    for (int i = 0; i < count(id); i++) {
      long at = starts[id] + TYPE_BYTES + (long) i * bytes;
      if (strings.textEquals("enumerator", types.u32("enumerator", at), wanted)) {
        int low = types.i32("enumerator", at + 4);
        if (kind == Kind.ENUM64) {
          long high = types.u32("enumerator", at + 8);
          return OptionalLong.of(high << 32 | low & 0xffff_ffffL);
        }
        return OptionalLong.of(kindFlag(id) ? low : low & 0xffff_ffffL);
      }
    }
    return OptionalLong.empty();
  }
}
