// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A BPF object before it is loaded: the file's content, and what is to be changed in it.
 *
 * <p>Pure data: reading and changing it takes neither libbpf nor privileges. A spec can be loaded
 * any number of times. Not thread-safe. Every name is checked when it is used: one that the object
 * does not have is a {@link BpfException}.
 */
public final class BpfObjectSpec {
  private final String name;
  private final byte[] content;
  private final Btf btf;
  private final Map<String, BpfVariable> variables;
  private final Set<String> maps;
  private final Set<String> programs;
  private final Map<String, StructOpsSpec> structOps;

  private final Map<BpfVariable, byte[]> values = new LinkedHashMap<>();
  private final Map<String, Integer> maxEntries = new LinkedHashMap<>();
  private final Map<String, Integer> valueSizes = new LinkedHashMap<>();
  private final Set<String> disabledMaps = new LinkedHashSet<>();
  private final Set<String> disabledPrograms = new LinkedHashSet<>();

  private BpfObjectSpec(String name, byte[] content) {
    this.name = name;
    this.content = content;
    FileBytes file = new FileBytes(name, content);
    ElfObject elf = ElfObject.parse(file);
    ElfObject.Section section =
        elf.section(".BTF").orElseThrow(() -> file.damaged("no BTF; compile it with -g"));
    this.btf = Btf.parse(elf.content(section));
    this.variables = ObjectSymbols.variables(elf, btf);
    this.maps = ObjectSymbols.maps(btf);
    this.programs = new LinkedHashSet<>(elf.programs());
    this.structOps = ObjectSymbols.structOps(name, btf);
  }

  private BpfObjectSpec(BpfObjectSpec parsed) {
    this.name = parsed.name;
    this.content = parsed.content;
    this.btf = parsed.btf;
    this.variables = parsed.variables;
    this.maps = parsed.maps;
    this.programs = parsed.programs;
    this.structOps = ObjectSymbols.structOps(name, btf);
  }

  /**
   * Reads an object file's content.
   *
   * @param name what the object is called in errors, and the prefix of its data maps in the kernel
   * @param content the ELF file; copied
   * @throws BpfException if it is damaged or no BPF object
   */
  public static BpfObjectSpec parse(String name, byte[] content) {
    return new BpfObjectSpec(name, content.clone());
  }

  /**
   * Reads an object file from a jar.
   *
   * @param name what the object is called
   * @param anchor a class in the module that has the resource
   * @param resource absolute, for example {@code /org/jland/bpf/jland.bpf.o}
   * @throws BpfException if it is missing, damaged or no BPF object
   */
  public static BpfObjectSpec fromResource(String name, Class<?> anchor, String resource) {
    try (InputStream in = anchor.getResourceAsStream(resource)) {
      if (in == null) {
        throw BpfException.unusable(
            "read", name, "this build lacks the resource " + resource + "; build it again");
      }
      return new BpfObjectSpec(name, in.readAllBytes());
    } catch (IOException e) {
      throw BpfException.unusable("read", name, "resource " + resource + ": " + e.getMessage());
    }
  }

  /**
   * Reads an object file.
   *
   * @param name what the object is called
   * @param file where it is
   * @throws BpfException if it is missing, damaged or no BPF object
   */
  public static BpfObjectSpec fromFile(String name, Path file) {
    try {
      return new BpfObjectSpec(name, Files.readAllBytes(file));
    } catch (IOException e) {
      throw BpfException.unusable("read", name, file + " can't be read (" + e + ")");
    }
  }

  /** What the object is called. */
  public String name() {
    return name;
  }

  /** The types of the object, for checks of Java layouts. */
  public Btf btf() {
    return btf;
  }

  /** The global variables, by name. */
  public Map<String, BpfVariable> variables() {
    return Map.copyOf(variables);
  }

  /** The names of the maps, data sections and struct_ops not included. */
  public Set<String> maps() {
    return Set.copyOf(maps);
  }

  /** The names of the programs. */
  public Set<String> programs() {
    return Set.copyOf(programs);
  }

  /** A global variable of the object. */
  public BpfVariable variable(String variable) {
    BpfVariable found = variables.get(variable);
    return found != null ? found : missing("variable", variable);
  }

  /** Sets a one-byte variable's initial value. */
  public BpfObjectSpec setBoolean(String variable, boolean value) {
    return set(variable, new byte[] {(byte) (value ? 1 : 0)});
  }

  /** Sets a four-byte variable's initial value. */
  public BpfObjectSpec setU32(String variable, int value) {
    return set(variable, littleEndian(4).putInt(value).array());
  }

  /** Sets an eight-byte variable's initial value. */
  public BpfObjectSpec setU64(String variable, long value) {
    return set(variable, littleEndian(8).putLong(value).array());
  }

  /**
   * Sets a variable's initial value, bytes as they lie in memory.
   *
   * @throws IllegalArgumentException unless the value has the variable's size
   */
  public BpfObjectSpec set(String variable, byte[] value) {
    BpfVariable target = variable(variable);
    if (value.length != target.size()) {
      throw new IllegalArgumentException(
          variable + " has " + target.size() + " bytes, the value " + value.length);
    }
    values.put(target, value.clone());
    return this;
  }

  /** Sets how many entries a map has. */
  public BpfObjectSpec setMaxEntries(String map, int entries) {
    maxEntries.put(knownMap(map), entries);
    return this;
  }

  /** Sets how many bytes an entry of a map has. */
  public BpfObjectSpec setValueSize(String map, int bytes) {
    valueSizes.put(knownMap(map), bytes);
    return this;
  }

  /** Leaves a map out. */
  public BpfObjectSpec disableMap(String map) {
    disabledMaps.add(structOps.containsKey(map) ? map : knownMap(map));
    return this;
  }

  /** Leaves a program out. */
  public BpfObjectSpec disableProgram(String program) {
    if (!programs.contains(program)) {
      missing("program", program);
    }
    disabledPrograms.add(program);
    return this;
  }

  /** The operations table of this variable's name, to set its members. */
  public StructOpsSpec structOps(String variable) {
    StructOpsSpec found = structOps.get(variable);
    return found != null ? found : missing("struct_ops", variable);
  }

  /** Returns the same object without any change; nothing is parsed again. */
  public BpfObjectSpec unchanged() {
    return new BpfObjectSpec(this);
  }

  /** Returns what a variable's initial value was set to, empty if it was not. */
  public Optional<byte[]> value(String variable) {
    return Optional.ofNullable(values.get(variable(variable))).map(byte[]::clone);
  }

  /** Returns whether the other one, loaded, would be the same: object, values, sizes, tables. */
  public boolean loadsAs(BpfObjectSpec other) {
    if (!Arrays.equals(content, other.content)) {
      return false;
    }
    for (StructOpsSpec table : structOps.values()) {
      if (!equalBytes(table.values(), other.structOps(table.name()).values())) {
        return false;
      }
    }
    return maxEntries.equals(other.maxEntries)
        && valueSizes.equals(other.valueSizes)
        && disabledMaps.equals(other.disabledMaps)
        && disabledPrograms.equals(other.disabledPrograms)
        && equalBytes(values, other.values);
  }

  /** No streams: the machine waits for a restart, and their first use takes long. */
  private static <K> boolean equalBytes(Map<K, byte[]> these, Map<K, byte[]> others) {
    if (!these.keySet().equals(others.keySet())) {
      return false;
    }
    for (Map.Entry<K, byte[]> value : these.entrySet()) {
      if (!Arrays.equals(value.getValue(), others.get(value.getKey()))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Loads the object into the kernel, with all changes made so far. Needs root and libbpf.
   *
   * @return owned by the caller, who closes it
   * @throws BpfException if libbpf is missing or too old, the kernel lacks something, or the
   *     verifier rejects a program; nothing is left behind
   */
  public LoadedObject load() {
    return ObjectLoader.load(this);
  }

  byte[] content() {
    return content;
  }

  Map<BpfVariable, byte[]> values() {
    return values;
  }

  Map<String, Integer> maxEntries() {
    return maxEntries;
  }

  Map<String, Integer> valueSizes() {
    return valueSizes;
  }

  Set<String> disabledMaps() {
    return disabledMaps;
  }

  Set<String> disabledPrograms() {
    return disabledPrograms;
  }

  List<StructOpsSpec> structOps() {
    return List.copyOf(structOps.values());
  }

  private String knownMap(String map) {
    return maps.contains(map) ? map : missing("map", map);
  }

  private <T> T missing(String what, String which) {
    throw BpfException.unusable("read", name, "the object has no " + what + " " + which);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
