// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jland.ffi.NativeCall.pointer;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import org.jland.ffi.NativeCall;

/**
 * Every libc function the framework calls; nobody else calls libc.
 *
 * <p>Thread-safe and stateless. Calls that can fail throw {@link OsException}; they allocate, see
 * {@link NativeCall}, and are for start-up and shutdown. {@link #schedYield} and {@link #getrusage}
 * allocate nothing.
 */
@SuppressWarnings("restricted") // calling foreign functions is what this class is for
final class Libc {
  /** linux/mempolicy.h. */
  private static final int MPOL_LOCAL = 4;

  static final int MADV_COLLAPSE = 25;
  static final int MCL_FUTURE = 2;
  static final int RLIMIT_MEMLOCK = 8;
  static final int PR_SET_NAME = 15;
  static final int PR_SET_NO_NEW_PRIVS = 38;
  static final int PR_SET_THP_DISABLE = 41;
  static final int PR_GET_THP_DISABLE = 42;
  static final int RUSAGE_SELF = 0;
  static final int RUSAGE_THREAD = 1;
  static final int CLOCK_MONOTONIC = 1;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 1;
  static final int O_NONBLOCK = 04000;
  static final int O_CLOEXEC = 02000000;
  static final long SIG_DFL = 0;
  static final long SIG_IGN = 1;

  /** {@code struct rlimit}. */
  static final StructLayout RLIMIT =
      MemoryLayout.structLayout(JAVA_LONG.withName("rlim_cur"), JAVA_LONG.withName("rlim_max"));

  /** {@code struct timespec} of a 64-bit kernel. */
  private static final StructLayout TIMESPEC =
      MemoryLayout.structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_nsec"));

  /**
   * {@code struct sigaction}: glibc uses 152 bytes on 64-bit machines; the handler stands first.
   */
  private static final long SIGACTION_BYTES = 256;

  private static final Linker LINKER = Linker.nativeLinker();

  // Calls of the scheduler's loop and of the counters: no allocation.
  private static final MethodHandle SCHED_YIELD =
      exact("sched_yield", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle GETRUSAGE =
      exact("getrusage", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));

  private static final NativeCall GETTID = NativeCall.ofLibc("gettid");
  private static final NativeCall GETEUID = NativeCall.ofLibc("geteuid");
  private static final NativeCall STRERROR = NativeCall.ofLibc("strerror");
  private static final NativeCall VASPRINTF = NativeCall.ofLibc("vasprintf");
  private static final NativeCall FREE = NativeCall.ofLibc("free");
  private static final NativeCall MUNMAP = NativeCall.ofLibc("munmap");
  private static final NativeCall MLOCKALL = NativeCall.ofLibc("mlockall");
  private static final NativeCall MLOCK = NativeCall.ofLibc("mlock");
  private static final NativeCall MADVISE = NativeCall.ofLibc("madvise");
  private static final NativeCall MUNLOCKALL = NativeCall.ofLibc("munlockall");
  private static final NativeCall GETRLIMIT = NativeCall.ofLibc("getrlimit");
  private static final NativeCall SETRLIMIT = NativeCall.ofLibc("setrlimit");
  private static final NativeCall PRCTL = NativeCall.ofLibc("prctl");
  private static final NativeCall SCHED_SETSCHEDULER = NativeCall.ofLibc("sched_setscheduler");
  private static final NativeCall SETPRIORITY = NativeCall.ofLibc("setpriority");
  private static final NativeCall SCHED_GETSCHEDULER = NativeCall.ofLibc("sched_getscheduler");
  private static final NativeCall SCHED_SETAFFINITY = NativeCall.ofLibc("sched_setaffinity");
  private static final NativeCall SCHED_GETAFFINITY = NativeCall.ofLibc("sched_getaffinity");
  private static final NativeCall CLOCK_GETTIME = NativeCall.ofLibc("clock_gettime");
  private static final NativeCall KILL = NativeCall.ofLibc("kill");
  private static final NativeCall SIGNAL = NativeCall.ofLibc("signal");
  private static final NativeCall SIGACTION = NativeCall.ofLibc("sigaction");
  private static final NativeCall MMAP = NativeCall.ofLibc("mmap");
  private static final NativeCall CAPGET = NativeCall.ofLibc("capget");
  private static final NativeCall CAPSET = NativeCall.ofLibc("capset");
  private static final NativeCall SYSCALL = NativeCall.ofLibc("syscall");
  private static final NativeCall OPEN = NativeCall.ofLibc("open");
  private static final NativeCall READ = NativeCall.ofLibc("read");
  private static final NativeCall CLOSE = NativeCall.ofLibc("close");

  private Libc() {}

  static int gettid() {
    return GETTID.callInt();
  }

  static int geteuid() {
    return GETEUID.callInt();
  }

  /**
   * Not {@code critical}: the thread may stay off the CPU for long, and a GC must not wait for it.
   */
  static void schedYield() {
    try {
      int ignored = (int) SCHED_YIELD.invokeExact();
    } catch (Throwable e) {
      throw NativeCall.unexpected(e);
    }
  }

  /** Fills {@code struct rusage} at a native address. Can't fail for a valid {@code who}. */
  static void getrusage(int who, long address) {
    try {
      int ignored = (int) GETRUSAGE.invokeExact(who, address);
    } catch (Throwable e) {
      throw NativeCall.unexpected(e);
    }
  }

  static String strerror(int errno) {
    return STRERROR.callPointer(errno).reinterpret(Long.MAX_VALUE).getString(0);
  }

  /** Formats like printf; {@code vaList} is what a C function received as its {@code va_list}. */
  static String vasprintf(MemorySegment format, MemorySegment vaList) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      int length = VASPRINTF.callInt(pointer(out), pointer(format), pointer(vaList));
      if (length < 0) {
        return "(message lost: vasprintf failed)";
      }
      MemorySegment text = out.get(ADDRESS, 0).reinterpret(length + 1L);
      try {
        return text.getString(0);
      } finally {
        FREE.call(pointer(text));
      }
    }
  }

  static void mlockall(int flags) {
    checkInt("mlockall", MLOCKALL.call(flags));
  }

  static void mlock(long address, long bytes) {
    checkInt("mlock", MLOCK.call(address, bytes));
  }

  static void madvise(long address, long bytes, int advice) {
    checkInt("madvise", MADVISE.call(address, bytes, advice));
  }

  static void munlockall() {
    checkInt("munlockall", MUNLOCKALL.call());
  }

  static void getrlimit(int resource, MemorySegment limit) {
    checkInt("getrlimit", GETRLIMIT.call(resource, pointer(limit)));
  }

  static void setrlimit(int resource, MemorySegment limit) {
    checkInt("setrlimit", SETRLIMIT.call(resource, pointer(limit)));
  }

  static int prctl(String operation, int option, long argument) {
    return checkInt(operation, PRCTL.call(option, argument, 0, 0, 0));
  }

  /** The priority is 0, the only one that SCHED_OTHER and SCHED_EXT have. */
  static void schedSetscheduler(int tid, int policy) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment param = arena.allocate(JAVA_INT);
      checkInt(
          "sched_setscheduler(" + tid + ", " + policy + ")",
          SCHED_SETSCHEDULER.call(tid, policy, pointer(param)));
    }
  }

  /** PRIO_PROCESS, which for Linux is a thread. */
  static void setpriority(int tid, int nice) {
    checkInt("setpriority(" + tid + ", " + nice + ")", SETPRIORITY.call(0, tid, nice));
  }

  static int schedGetscheduler(int tid) {
    return checkInt("sched_getscheduler(" + tid + ")", SCHED_GETSCHEDULER.call(tid));
  }

  static void schedSetaffinity(int tid, MemorySegment mask) {
    checkInt(
        "sched_setaffinity(" + tid + ")",
        SCHED_SETAFFINITY.call(tid, mask.byteSize(), pointer(mask)));
  }

  static void schedGetaffinity(int tid, MemorySegment mask) {
    checkInt(
        "sched_getaffinity(" + tid + ")",
        SCHED_GETAFFINITY.call(tid, mask.byteSize(), pointer(mask)));
  }

  static long clockGettimeNs(int clock) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(TIMESPEC);
      checkInt("clock_gettime", CLOCK_GETTIME.call(clock, pointer(time)));
      return time.get(JAVA_LONG, 0) * 1_000_000_000L + time.get(JAVA_LONG, 8);
    }
  }

  static void kill(int pid, int signal) {
    checkInt("kill(" + pid + ", " + signal + ")", KILL.call(pid, signal));
  }

  /** Sets a signal's disposition ({@link #SIG_DFL} or {@link #SIG_IGN}). */
  static void signal(int signal, long disposition) {
    check("signal(" + signal + ")", SIGNAL.call(signal, disposition));
  }

  /** A signal's present disposition, unchanged by the call. */
  static long disposition(int signal) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment old = arena.allocate(SIGACTION_BYTES, Long.BYTES);
      checkInt("sigaction(" + signal + ")", SIGACTION.call(signal, 0, pointer(old)));
      return old.get(JAVA_LONG, 0);
    }
  }

  /** Maps a descriptor shared, from offset 0; the arena's end unmaps it. */
  static MemorySegment mmapShared(int fd, long bytes, int protection, Arena arena) {
    long address =
        check("mmap of " + bytes + " bytes", MMAP.call(0, bytes, protection, MAP_SHARED, fd, 0));
    MemorySegment mapping = MemorySegment.ofAddress(address);
    try {
      return mapping.reinterpret(bytes, arena, ended -> munmap(ended, bytes));
    } catch (RuntimeException e) {
      munmap(mapping, bytes);
      throw e;
    }
  }

  static void capget(MemorySegment header, MemorySegment sets) {
    checkInt("capget", CAPGET.call(pointer(header), pointer(sets)));
  }

  /** That of the calling thread. */
  static void capset(MemorySegment header, MemorySegment sets) {
    checkInt("capset", CAPSET.call(pointer(header), pointer(sets)));
  }

  /** For calls that libc has no function for. */
  static long syscall(String operation, long number, long first, long second, long third) {
    return check(operation, SYSCALL.call(number, first, second, third));
  }

  /** The memory of these pages comes from the node of the CPU that touches them first. */
  static void mbindLocal(long address, long bytes) {
    long number = SyscallFilter.Machine.host().mbind;
    check("mbind", SYSCALL.call(number, address, bytes, MPOL_LOCAL, 0, 0, 0));
  }

  static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return checkInt("open " + path, OPEN.call(pointer(arena.allocateFrom(path)), flags));
    }
  }

  static long read(int fd, MemorySegment into) {
    return check("read", READ.call(fd, pointer(into), into.byteSize()));
  }

  static void close(int fd) {
    CLOSE.call(fd);
  }

  private static void munmap(MemorySegment mapping, long bytes) {
    MUNMAP.call(pointer(mapping), bytes);
  }

  /** For functions that return {@code int}. */
  private static int checkInt(String operation, NativeCall.Result result) {
    return (int) check(operation, new NativeCall.Result(result.asInt(), result.errno()));
  }

  private static long check(String operation, NativeCall.Result result) {
    if (result.value() == -1) {
      throw new OsException(operation, result.errno());
    }
    return result.value();
  }

  private static MethodHandle exact(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
  }
}
