// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Every libc function the framework calls, and the only user of {@link Linker} for libc.
 *
 * <p>Thread-safe and stateless. Calls that can fail capture errno of the calling thread and throw
 * {@link OsException}; they allocate and are for start-up and shutdown. {@link #schedYield} and
 * {@link #getrusage} allocate nothing.
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
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle GETTID = plain("gettid", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle GETEUID = plain("geteuid", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle SCHED_YIELD =
      plain("sched_yield", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle GETRUSAGE =
      plain("getrusage", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle STRERROR =
      plain("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));
  private static final MethodHandle VASPRINTF =
      plain("vasprintf", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle FREE = plain("free", FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle MUNMAP =
      plain("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

  private static final MethodHandle MLOCKALL =
      checked("mlockall", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle MLOCK =
      checked("mlock", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MADVISE =
      checked("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle MUNLOCKALL =
      checked("munlockall", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle GETRLIMIT =
      checked("getrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle SETRLIMIT =
      checked("setrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle PRCTL =
      checked(
          "prctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle SCHED_SETSCHEDULER =
      checked("sched_setscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle SETPRIORITY =
      checked("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SCHED_GETSCHEDULER =
      checked("sched_getscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle SCHED_SETAFFINITY =
      checked("sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
  private static final MethodHandle SCHED_GETAFFINITY =
      checked("sched_getaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
  private static final MethodHandle CLOCK_GETTIME =
      checked("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle KILL =
      checked("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SIGNAL =
      checked("signal", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG));
  private static final MethodHandle SIGACTION =
      checked("sigaction", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle MMAP =
      checked(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));

  private static final MethodHandle CAPGET =
      checked("capget", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle CAPSET =
      checked("capset", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  /** For calls that libc has no function for. */
  private static final MethodHandle SYSCALL =
      checked(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));

  /** libc has none. */
  private static final MethodHandle MBIND =
      checked(
          "syscall",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          Linker.Option.firstVariadicArg(1));

  private static final MethodHandle OPEN =
      checked(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle READ =
      checked("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle CLOSE =
      plain("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private Libc() {}

  /** A downcall whose first argument is the segment that receives errno. */
  @FunctionalInterface
  private interface Call {
    long invoke(MemorySegment state) throws Throwable;
  }

  static int gettid() {
    try {
      return (int) GETTID.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int geteuid() {
    try {
      return (int) GETEUID.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Not {@code critical}: the thread may stay off the CPU for long, and a GC must not wait for it.
   */
  static void schedYield() {
    try {
      int ignored = (int) SCHED_YIELD.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Fills {@code struct rusage} at a native address. Can't fail for a valid {@code who}. */
  static void getrusage(int who, long address) {
    try {
      int ignored = (int) GETRUSAGE.invokeExact(who, address);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static String strerror(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Formats like printf; {@code vaList} is what a C function received as its {@code va_list}. */
  static String vasprintf(MemorySegment format, MemorySegment vaList) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      int length = (int) VASPRINTF.invokeExact(out, format, vaList);
      if (length < 0) {
        return "(message lost: vasprintf failed)";
      }
      MemorySegment text = out.get(ADDRESS, 0).reinterpret(length + 1L);
      try {
        return text.getString(0);
      } finally {
        FREE.invokeExact(text);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void mlockall(int flags) {
    call("mlockall", state -> (int) MLOCKALL.invokeExact(state, flags));
  }

  static void mlock(long address, long bytes) {
    call("mlock", state -> (int) MLOCK.invokeExact(state, address, bytes));
  }

  static void madvise(long address, long bytes, int advice) {
    call("madvise", state -> (int) MADVISE.invokeExact(state, address, bytes, advice));
  }

  static void munlockall() {
    call("munlockall", state -> (int) MUNLOCKALL.invokeExact(state));
  }

  static void getrlimit(int resource, MemorySegment limit) {
    call("getrlimit", state -> (int) GETRLIMIT.invokeExact(state, resource, limit));
  }

  static void setrlimit(int resource, MemorySegment limit) {
    call("setrlimit", state -> (int) SETRLIMIT.invokeExact(state, resource, limit));
  }

  static int prctl(String operation, int option, long argument) {
    return (int)
        call(operation, state -> (int) PRCTL.invokeExact(state, option, argument, 0L, 0L, 0L));
  }

  /** The priority is 0, the only one that SCHED_OTHER and SCHED_EXT have. */
  static void schedSetscheduler(int tid, int policy) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment param = arena.allocate(JAVA_INT);
      call(
          "sched_setscheduler(" + tid + ", " + policy + ")",
          state -> (int) SCHED_SETSCHEDULER.invokeExact(state, tid, policy, param));
    }
  }

  /** PRIO_PROCESS, which for Linux is a thread. */
  static void setpriority(int tid, int nice) {
    call(
        "setpriority(" + tid + ", " + nice + ")",
        state -> (int) SETPRIORITY.invokeExact(state, 0, tid, nice));
  }

  static int schedGetscheduler(int tid) {
    return (int)
        call(
            "sched_getscheduler(" + tid + ")",
            state -> (int) SCHED_GETSCHEDULER.invokeExact(state, tid));
  }

  static void schedSetaffinity(int tid, MemorySegment mask) {
    long bytes = mask.byteSize();
    call(
        "sched_setaffinity(" + tid + ")",
        state -> (int) SCHED_SETAFFINITY.invokeExact(state, tid, bytes, mask));
  }

  static void schedGetaffinity(int tid, MemorySegment mask) {
    long bytes = mask.byteSize();
    call(
        "sched_getaffinity(" + tid + ")",
        state -> (int) SCHED_GETAFFINITY.invokeExact(state, tid, bytes, mask));
  }

  static long clockGettimeNs(int clock) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(TIMESPEC);
      call("clock_gettime", state -> (int) CLOCK_GETTIME.invokeExact(state, clock, time));
      return time.get(JAVA_LONG, 0) * 1_000_000_000L + time.get(JAVA_LONG, 8);
    }
  }

  static void kill(int pid, int signal) {
    call("kill(" + pid + ", " + signal + ")", state -> (int) KILL.invokeExact(state, pid, signal));
  }

  /** Sets a signal's disposition ({@link #SIG_DFL} or {@link #SIG_IGN}). */
  static void signal(int signal, long disposition) {
    call("signal(" + signal + ")", state -> (long) SIGNAL.invokeExact(state, signal, disposition));
  }

  /** A signal's present disposition, unchanged by the call. */
  static long disposition(int signal) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment old = arena.allocate(SIGACTION_BYTES, Long.BYTES);
      call(
          "sigaction(" + signal + ")",
          state -> (int) SIGACTION.invokeExact(state, signal, MemorySegment.NULL, old));
      return old.get(JAVA_LONG, 0);
    }
  }

  /** Maps a descriptor shared, from offset 0; the arena's end unmaps it. */
  static MemorySegment mmapShared(int fd, long bytes, int protection, Arena arena) {
    long address =
        call(
            "mmap of " + bytes + " bytes",
            state ->
                (long)
                    MMAP.invokeExact(
                        state, MemorySegment.NULL, bytes, protection, MAP_SHARED, fd, 0L));
    MemorySegment mapping = MemorySegment.ofAddress(address);
    try {
      return mapping.reinterpret(bytes, arena, ended -> munmap(ended, bytes));
    } catch (RuntimeException e) {
      munmap(mapping, bytes);
      throw e;
    }
  }

  static void capget(MemorySegment header, MemorySegment sets) {
    call("capget", state -> (int) CAPGET.invokeExact(state, header, sets));
  }

  /** That of the calling thread. */
  static void capset(MemorySegment header, MemorySegment sets) {
    call("capset", state -> (int) CAPSET.invokeExact(state, header, sets));
  }

  static long syscall(String operation, long number, long first, long second, long third) {
    return call(
        operation, state -> (long) SYSCALL.invokeExact(state, number, first, second, third));
  }

  /** The memory of these pages comes from the node of the CPU that touches them first. */
  static void mbindLocal(long address, long bytes) {
    long number = SyscallFilter.Machine.host().mbind;
    long mode = MPOL_LOCAL;
    call(
        "mbind",
        state -> (long) MBIND.invokeExact(state, number, address, bytes, mode, 0L, 0L, 0L));
  }

  static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      return (int) call("open " + path, state -> (int) OPEN.invokeExact(state, name, flags));
    }
  }

  static long read(int fd, MemorySegment into) {
    long bytes = into.byteSize();
    return call("read", state -> (long) READ.invokeExact(state, fd, into, bytes));
  }

  static void close(int fd) {
    try {
      int ignored = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static void munmap(MemorySegment mapping, long bytes) {
    try {
      int ignored = (int) MUNMAP.invokeExact(mapping, bytes);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static long call(String operation, Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = call.invoke(state);
      if (result == -1) {
        throw new OsException(operation, (int) ERRNO.get(state, 0L));
      }
      return result;
    } catch (OsException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static MethodHandle plain(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(address(name), type);
  }

  private static MethodHandle checked(
      String name, FunctionDescriptor type, Linker.Option... options) {
    Linker.Option[] all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 1, options.length);
    all[0] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(address(name), type, all);
  }

  private static MemorySegment address(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new UnsatisfiedLinkError("libc has no " + name));
  }

  /** A downcall throws nothing itself; what arrives here is an Error or a bug in this class. */
  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    if (e instanceof RuntimeException runtime) {
      return runtime;
    }
    return new IllegalStateException(e);
  }
}
