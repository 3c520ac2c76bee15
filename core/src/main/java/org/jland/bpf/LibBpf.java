// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jland.ffi.NativeCall.pointer;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.Optional;
import org.jland.ffi.NativeCall;
import org.jland.os.NativeText;

/**
 * The libbpf functions we call; {@link LibBpfMaps} has those for maps of other processes.
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
  private static final ThreadLocal<StringBuilder> LOG = new ThreadLocal<>();

  private static final SymbolLookup SYMBOLS = open(System.getProperty(LIBRARY_PROPERTY, LIBRARY));
  private static final String PROBLEM = problem();

  private static final NativeCall OPEN_MEM = function("bpf_object__open_mem");
  private static final NativeCall ATTACH_STRUCT_OPS = function("bpf_map__attach_struct_ops");
  private static final NativeCall FIND_MAP = function("bpf_object__find_map_by_name");
  private static final NativeCall FIND_PROGRAM = function("bpf_object__find_program_by_name");
  private static final NativeCall LOAD = function("bpf_object__load");
  private static final NativeCall CLOSE = function("bpf_object__close");
  private static final NativeCall LINK_DESTROY = function("bpf_link__destroy");
  private static final NativeCall INITIAL_VALUE = function("bpf_map__initial_value");
  private static final NativeCall SET_MAX_ENTRIES = function("bpf_map__set_max_entries");
  private static final NativeCall SET_VALUE_SIZE = function("bpf_map__set_value_size");
  private static final NativeCall SET_AUTOCREATE = function("bpf_map__set_autocreate");
  private static final NativeCall SET_AUTOLOAD = function("bpf_program__set_autoload");
  private static final NativeCall MAP_FD = function("bpf_map__fd");
  private static final NativeCall MAP_TYPE = function("bpf_map__type");
  private static final NativeCall MAP_FLAGS = function("bpf_map__map_flags");
  private static final NativeCall MAX_ENTRIES = function("bpf_map__max_entries");
  private static final NativeCall KEY_SIZE = function("bpf_map__key_size");
  private static final NativeCall VALUE_SIZE = function("bpf_map__value_size");
  private static final NativeCall PROGRAM_FD = function("bpf_program__fd");

  /** For the scheduler's loop: no allocation. */
  private static final MethodHandle TEST_RUN =
      PROBLEM != null
          ? null
          : LINKER.downcallHandle(
              SYMBOLS.findOrThrow("bpf_prog_test_run_opts"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));

  private static final NativeCall LOOKUP_ELEM = function("bpf_map_lookup_elem");
  private static final NativeCall LOAD_VMLINUX_BTF = function("btf__load_vmlinux_btf");
  private static final NativeCall BTF_FREE = function("btf__free");
  private static final NativeCall BTF_FIND = function("btf__find_by_name_kind");
  private static final NativeCall BTF_TYPE = function("btf__type_by_id");
  private static final NativeCall BTF_NAME = function("btf__name_by_offset");
  private static final NativeCall UPDATE_ELEM = function("bpf_map_update_elem");
  private static final NativeCall DELETE_ELEM = function("bpf_map_delete_elem");

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
    return handle(OPEN_MEM.call(pointer(object), object.byteSize(), pointer(options)));
  }

  static Handle attachStructOps(MemorySegment map) {
    return handle(ATTACH_STRUCT_OPS.call(pointer(map)));
  }

  /** The running kernel's types, to be freed. */
  static Handle loadVmlinuxBtf() {
    return handle(LOAD_VMLINUX_BTF.call());
  }

  static void freeBtf(MemorySegment btf) {
    BTF_FREE.call(pointer(btf));
  }

  /** The id of a type, or a negative errno. */
  static int findType(MemorySegment btf, String name, int kind) {
    try (Arena arena = Arena.ofConfined()) {
      return BTF_FIND.callInt(pointer(btf), pointer(arena.allocateFrom(name)), kind);
    }
  }

  /** {@code struct btf_type} and what follows it, unbounded. */
  static MemorySegment type(MemorySegment btf, int id) {
    return BTF_TYPE.callPointer(pointer(btf), id).reinterpret(Long.MAX_VALUE);
  }

  static String name(MemorySegment btf, int offset) {
    MemorySegment name = BTF_NAME.callPointer(pointer(btf), offset);
    return name.address() == 0 ? "" : name.reinterpret(Long.MAX_VALUE).getString(0);
  }

  static int load(MemorySegment object) {
    return LOAD.callInt(pointer(object));
  }

  static void close(MemorySegment object) {
    CLOSE.call(pointer(object));
  }

  static int destroyLink(MemorySegment link) {
    return LINK_DESTROY.callInt(pointer(link));
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
      MemorySegment value = INITIAL_VALUE.callPointer(pointer(map), pointer(size));
      return value.address() == 0 ? MemorySegment.NULL : value.reinterpret(size.get(JAVA_LONG, 0));
    }
  }

  static int setMaxEntries(MemorySegment map, int entries) {
    return SET_MAX_ENTRIES.callInt(pointer(map), entries);
  }

  static int setValueSize(MemorySegment map, int bytes) {
    return SET_VALUE_SIZE.callInt(pointer(map), bytes);
  }

  static int setAutocreate(MemorySegment map, boolean create) {
    return SET_AUTOCREATE.callInt(pointer(map), create ? 1 : 0);
  }

  static int setAutoload(MemorySegment program, boolean load) {
    return SET_AUTOLOAD.callInt(pointer(program), load ? 1 : 0);
  }

  static int mapFd(MemorySegment map) {
    return MAP_FD.callInt(pointer(map));
  }

  static int mapType(MemorySegment map) {
    return MAP_TYPE.callInt(pointer(map));
  }

  static int mapFlags(MemorySegment map) {
    return MAP_FLAGS.callInt(pointer(map));
  }

  static int maxEntries(MemorySegment map) {
    return MAX_ENTRIES.callInt(pointer(map));
  }

  static int keySize(MemorySegment map) {
    return KEY_SIZE.callInt(pointer(map));
  }

  static int valueSize(MemorySegment map) {
    return VALUE_SIZE.callInt(pointer(map));
  }

  static int programFd(MemorySegment program) {
    return PROGRAM_FD.callInt(pointer(program));
  }

  /** For the scheduler's loop: no allocation. {@code options} is a native address. */
  static int testRun(int fd, long options) {
    try {
      return (int) TEST_RUN.invokeExact(fd, options);
    } catch (Throwable e) {
      throw NativeCall.unexpected(e);
    }
  }

  static int lookupElem(int fd, MemorySegment key, MemorySegment value) {
    try {
      return LOOKUP_ELEM.callInt(fd, pointer(key), pointer(value));
    } finally {
      Reference.reachabilityFence(key);
      Reference.reachabilityFence(value);
    }
  }

  static int updateElem(int fd, MemorySegment key, MemorySegment value, long flags) {
    try {
      return UPDATE_ELEM.callInt(fd, pointer(key), pointer(value), flags);
    } finally {
      Reference.reachabilityFence(key);
      Reference.reachabilityFence(value);
    }
  }

  static int deleteElem(int fd, MemorySegment key) {
    try {
      return DELETE_ELEM.callInt(fd, pointer(key));
    } finally {
      Reference.reachabilityFence(key);
    }
  }

  private static MemorySegment find(NativeCall function, MemorySegment object, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return function.callPointer(pointer(object), pointer(arena.allocateFrom(name)));
    }
  }

  private static Handle handle(NativeCall.Result result) {
    return new Handle(
        MemorySegment.ofAddress(result.value()), result.value() == 0 ? -result.errno() : 0);
  }

  /** Null if the library is not good: {@link #require} says so. */
  static NativeCall function(String name) {
    return PROBLEM != null ? null : new NativeCall(SYMBOLS.findOrThrow(name));
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
    int[] version = new int[2];
    String[] parts = {"libbpf_major_version", "libbpf_minor_version"};
    for (int i = 0; i < parts.length; i++) {
      Optional<MemorySegment> symbol = SYMBOLS.find(parts[i]);
      if (symbol.isEmpty()) {
        return "version before 0.6" + TOO_OLD;
      }
      version[i] = new NativeCall(symbol.get()).callInt();
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
      function("libbpf_set_print").call(pointer(stub));
    } catch (Throwable e) {
      throw NativeCall.unexpected(e);
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
}
