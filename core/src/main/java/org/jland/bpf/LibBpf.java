// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;
import org.jland.os.NativeText;

/**
 * The libbpf functions we call, and the only user of {@link Linker} for libbpf; {@link LibBpfMaps}
 * has those for maps of other processes.
 *
 * <p>The names are libbpf's. Functions that fail give a negative errno here, whatever way libbpf
 * chose. What libbpf prints is collected per thread ({@link #collectLog()}). The library is looked
 * up once; {@link #require()} says what is wrong with it. Thread-safe as far as libbpf is: one
 * object is handled by one thread at a time.
 */
@SuppressWarnings("restricted") // calling foreign functions is what this class is for
final class LibBpf {
  /** Names another library file, for tests and unusual installations. */
  static final String LIBRARY_PROPERTY = "jland.libbpf";

  static final int MIN_MAJOR = 1;
  static final int MIN_MINOR = 4;

  private static final String LIBRARY = "libbpf.so.1";
  private static final String MISSING =
      "not found: install it with `apt-get install libbpf1` (jland needs libbpf >= 1.4)";
  private static final String TOO_OLD =
      " is too old: jland needs libbpf >= 1.4 (libbpf1 of Debian 13, Ubuntu 24.10 or newer)";

  /** Levels of libbpf_print_level: 0 warning, 1 info, 2 debug. */
  private static final int LEVEL_INFO = 1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final ThreadLocal<StringBuilder> LOG = new ThreadLocal<>();

  private static final SymbolLookup SYMBOLS = open(System.getProperty(LIBRARY_PROPERTY, LIBRARY));
  private static final String PROBLEM = problem();

  private static final MethodHandle OPEN_MEM =
      checked("bpf_object__open_mem", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle ATTACH_STRUCT_OPS =
      checked("bpf_map__attach_struct_ops", FunctionDescriptor.of(ADDRESS, ADDRESS));
  private static final MethodHandle FIND_MAP =
      plain("bpf_object__find_map_by_name", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle FIND_PROGRAM =
      plain("bpf_object__find_program_by_name", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle LOAD = plain("bpf_object__load", ofIntTo(ADDRESS));
  private static final MethodHandle CLOSE =
      plain("bpf_object__close", FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle LINK_DESTROY = plain("bpf_link__destroy", ofIntTo(ADDRESS));
  private static final MethodHandle INITIAL_VALUE =
      plain("bpf_map__initial_value", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle SET_MAX_ENTRIES =
      plain("bpf_map__set_max_entries", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SET_VALUE_SIZE =
      plain("bpf_map__set_value_size", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SET_AUTOCREATE =
      plain("bpf_map__set_autocreate", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_BOOLEAN));
  private static final MethodHandle SET_AUTOLOAD =
      plain("bpf_program__set_autoload", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_BOOLEAN));
  private static final MethodHandle MAP_FD = plain("bpf_map__fd", ofIntTo(ADDRESS));
  private static final MethodHandle MAP_TYPE = plain("bpf_map__type", ofIntTo(ADDRESS));
  private static final MethodHandle MAP_FLAGS = plain("bpf_map__map_flags", ofIntTo(ADDRESS));
  private static final MethodHandle MAX_ENTRIES = plain("bpf_map__max_entries", ofIntTo(ADDRESS));
  private static final MethodHandle KEY_SIZE = plain("bpf_map__key_size", ofIntTo(ADDRESS));
  private static final MethodHandle VALUE_SIZE = plain("bpf_map__value_size", ofIntTo(ADDRESS));
  private static final MethodHandle PROGRAM_FD = plain("bpf_program__fd", ofIntTo(ADDRESS));
  private static final MethodHandle TEST_RUN =
      plain("bpf_prog_test_run_opts", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle LOOKUP_ELEM =
      plain("bpf_map_lookup_elem", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle LOAD_VMLINUX_BTF =
      checked("btf__load_vmlinux_btf", FunctionDescriptor.of(ADDRESS));
  private static final MethodHandle BTF_FREE =
      plain("btf__free", FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle BTF_FIND =
      plain("btf__find_by_name_kind", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle BTF_TYPE =
      plain("btf__type_by_id", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle BTF_NAME =
      plain("btf__name_by_offset", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle UPDATE_ELEM =
      plain(
          "bpf_map_update_elem",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));

  private static final MethodHandle DELETE_ELEM =
      plain("bpf_map_delete_elem", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

  static {
    if (PROBLEM == null) {
      redirectMessages();
    }
  }

  private LibBpf() {}

  /** A pointer, or NULL and the negative errno instead of it. */
  record Handle(MemorySegment pointer, int error) {}

  /** What libbpf printed on this thread between {@link #collectLog()} and {@code close()}. */
  static final class Log implements AutoCloseable {
    private final StringBuilder outer = LOG.get();
    private final StringBuilder text = new StringBuilder();

    private Log() {
      LOG.set(text);
    }

    String text() {
      return text.toString();
    }

    @Override
    public void close() {
      if (outer == null) {
        LOG.remove();
      } else {
        LOG.set(outer);
      }
    }
  }

  /**
   * Fails unless a libbpf that is new enough is there. Call it before anything else.
   *
   * @throws BpfException one line that names the fix
   */
  static void require() {
    if (PROBLEM != null) {
      throw BpfException.unusable("open", LIBRARY, PROBLEM);
    }
  }

  static Log collectLog() {
    return new Log();
  }

  static Handle openMem(MemorySegment object, MemorySegment options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return handle(
          (MemorySegment) OPEN_MEM.invokeExact(state, object, object.byteSize(), options), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static Handle attachStructOps(MemorySegment map) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return handle((MemorySegment) ATTACH_STRUCT_OPS.invokeExact(state, map), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The running kernel's types, to be freed. */
  static Handle loadVmlinuxBtf() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return handle((MemorySegment) LOAD_VMLINUX_BTF.invokeExact(state), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void freeBtf(MemorySegment btf) {
    try {
      BTF_FREE.invokeExact(btf);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The id of a type, or a negative errno. */
  static int findType(MemorySegment btf, String name, int kind) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) BTF_FIND.invokeExact(btf, arena.allocateFrom(name), kind);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** {@code struct btf_type} and what follows it, unbounded. */
  static MemorySegment type(MemorySegment btf, int id) {
    try {
      return ((MemorySegment) BTF_TYPE.invokeExact(btf, id)).reinterpret(Long.MAX_VALUE);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static String name(MemorySegment btf, int offset) {
    try {
      MemorySegment name = (MemorySegment) BTF_NAME.invokeExact(btf, offset);
      return name.address() == 0 ? "" : name.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int load(MemorySegment object) {
    return callInt(LOAD, object);
  }

  static void close(MemorySegment object) {
    try {
      CLOSE.invokeExact(object);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int destroyLink(MemorySegment link) {
    return callInt(LINK_DESTROY, link);
  }

  /** NULL if there is none. A name that starts with a dot is a data section's. */
  static MemorySegment findMap(MemorySegment object, String name) {
    return find(FIND_MAP, object, name);
  }

  /** NULL if there is none. */
  static MemorySegment findProgram(MemorySegment object, String name) {
    return find(FIND_PROGRAM, object, name);
  }

  /** The writable bytes a map starts with; empty if it has none. Valid until load or close. */
  static MemorySegment initialValue(MemorySegment map) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(JAVA_LONG);
      MemorySegment value = (MemorySegment) INITIAL_VALUE.invokeExact(map, size);
      return value.address() == 0 ? MemorySegment.NULL : value.reinterpret(size.get(JAVA_LONG, 0));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int setMaxEntries(MemorySegment map, int entries) {
    return callInt(SET_MAX_ENTRIES, map, entries);
  }

  static int setValueSize(MemorySegment map, int bytes) {
    return callInt(SET_VALUE_SIZE, map, bytes);
  }

  static int setAutocreate(MemorySegment map, boolean create) {
    return callInt(SET_AUTOCREATE, map, create);
  }

  static int setAutoload(MemorySegment program, boolean load) {
    return callInt(SET_AUTOLOAD, program, load);
  }

  static int mapFd(MemorySegment map) {
    return callInt(MAP_FD, map);
  }

  static int mapType(MemorySegment map) {
    return callInt(MAP_TYPE, map);
  }

  static int mapFlags(MemorySegment map) {
    return callInt(MAP_FLAGS, map);
  }

  static int maxEntries(MemorySegment map) {
    return callInt(MAX_ENTRIES, map);
  }

  static int keySize(MemorySegment map) {
    return callInt(KEY_SIZE, map);
  }

  static int valueSize(MemorySegment map) {
    return callInt(VALUE_SIZE, map);
  }

  static int programFd(MemorySegment program) {
    return callInt(PROGRAM_FD, program);
  }

  /** For the scheduler's loop: no allocation. {@code options} is a native address. */
  static int testRun(int fd, long options) {
    try {
      return (int) TEST_RUN.invokeExact(fd, options);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int lookupElem(int fd, MemorySegment key, MemorySegment value) {
    try {
      return (int) LOOKUP_ELEM.invokeExact(fd, key, value);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int updateElem(int fd, MemorySegment key, MemorySegment value, long flags) {
    try {
      return (int) UPDATE_ELEM.invokeExact(fd, key, value, flags);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int deleteElem(int fd, MemorySegment key) {
    try {
      return (int) DELETE_ELEM.invokeExact(fd, key);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int callInt(MethodHandle function, MemorySegment argument) {
    try {
      return (int) function.invokeExact(argument);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int callInt(MethodHandle function, MemorySegment argument, int value) {
    try {
      return (int) function.invokeExact(argument, value);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int callInt(MethodHandle function, MemorySegment argument, boolean value) {
    try {
      return (int) function.invokeExact(argument, value);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static MemorySegment find(MethodHandle function, MemorySegment object, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (MemorySegment) function.invokeExact(object, arena.allocateFrom(name));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static Handle handle(MemorySegment pointer, MemorySegment state) {
    return new Handle(pointer, pointer.address() == 0 ? -(int) ERRNO.get(state, 0L) : 0);
  }

  private static FunctionDescriptor ofIntTo(MemoryLayout argument) {
    return FunctionDescriptor.of(JAVA_INT, argument);
  }

  static MethodHandle plain(String name, FunctionDescriptor type) {
    return PROBLEM != null ? null : LINKER.downcallHandle(SYMBOLS.findOrThrow(name), type);
  }

  private static MethodHandle checked(String name, FunctionDescriptor type) {
    return PROBLEM != null
        ? null
        : LINKER.downcallHandle(
            SYMBOLS.findOrThrow(name), type, Linker.Option.captureCallState("errno"));
  }

  /** Null if the library can't be opened. */
  private static SymbolLookup open(String library) {
    try {
      return library.contains("/")
          ? SymbolLookup.libraryLookup(Path.of(library), Arena.global())
          : SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Null if the library is good. */
  private static String problem() {
    if (SYMBOLS == null) {
      return MISSING;
    }
    FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT);
    int[] version = new int[2];
    String[] parts = {"libbpf_major_version", "libbpf_minor_version"};
    for (int i = 0; i < parts.length; i++) {
      Optional<MemorySegment> symbol = SYMBOLS.find(parts[i]);
      if (symbol.isEmpty()) {
        return "version before 0.6" + TOO_OLD;
      }
      try {
        version[i] = (int) LINKER.downcallHandle(symbol.get(), type).invokeExact();
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }
    return versionProblem(version[0], version[1]);
  }

  /** Null if this version is new enough. */
  static String versionProblem(int major, int minor) {
    if (major > MIN_MAJOR || major == MIN_MAJOR && minor >= MIN_MINOR) {
      return null;
    }
    return "version " + major + "." + minor + TOO_OLD;
  }

  private static void redirectMessages() {
    try {
      MethodHandle callback =
          MethodHandles.lookup()
              .findStatic(
                  LibBpf.class,
                  "print",
                  MethodType.methodType(
                      int.class, int.class, MemorySegment.class, MemorySegment.class));
      MemorySegment stub =
          LINKER.upcallStub(
              callback,
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
              Arena.global());
      MethodHandle setPrint = plain("libbpf_set_print", FunctionDescriptor.of(ADDRESS, ADDRESS));
      MemorySegment ignored = (MemorySegment) setPrint.invokeExact(stub);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** libbpf's print callback. An exception that left it would end the JVM. */
  private static int print(int level, MemorySegment format, MemorySegment vaList) {
    try {
      StringBuilder log = LOG.get();
      if (log != null && level <= LEVEL_INFO) {
        log.append(NativeText.format(format, vaList));
      }
    } catch (Throwable e) {
      // The message is lost; the call that caused it still reports its errno.
    }
    return 0;
  }

  /** A downcall throws nothing itself; what arrives here is an Error or a bug in this class. */
  static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
  }
}
