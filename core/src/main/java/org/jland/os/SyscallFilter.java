// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A seccomp filter for a process that schedules: it refuses what a scheduler never does, with an
 * error and not with death. No other program or process, no network, nobody else's memory, no
 * mounts, no modules, no other identity, no signals to others. All else is allowed: a JVM needs
 * more than could be listed.
 *
 * <p>A refused call fails with EPERM. {@code clone3} fails with ENOSYS: its flags are out of a
 * filter's sight, and libc makes threads with {@code clone} then, whose flags are not.
 */
public final class SyscallFilter {

  /** A kind of machine, for whose system calls there are numbers here. */
  enum Machine {
    /** {@code AUDIT_ARCH_X86_64}. */
    X86_64(0xc000003e, 317, 126, 237),
    /** {@code AUDIT_ARCH_AARCH64}. */
    AARCH64(0xc00000b7, 277, 91, 235);

    final int auditArch;
    final int seccomp;
    final int capset;
    final int mbind;

    Machine(int auditArch, int seccomp, int capset, int mbind) {
      this.auditArch = auditArch;
      this.seccomp = seccomp;
      this.capset = capset;
      this.mbind = mbind;
    }

    /** The one that this JVM runs on. */
    static Machine host() {
      String arch = System.getProperty("os.arch");
      return switch (arch) {
        case "amd64" -> X86_64;
        case "aarch64" -> AARCH64;
        default -> throw new OsException("seccomp on " + arch, Errno.ENOSYS);
      };
    }
  }

  // linux/bpf_common.h and linux/seccomp.h
  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int JUMP_IF_AT_LEAST = 0x35;
  private static final int JUMP_IF_ANY_BIT = 0x45;
  private static final int RETURN = 0x06;
  private static final int RET_ALLOW = 0x7fff0000;
  private static final int RET_ERRNO = 0x00050000;
  private static final int SET_MODE_FILTER = 1;
  private static final int FLAG_TSYNC = 1;
  private static final int FLAG_SPEC_ALLOW = 4;

  // struct seccomp_data; of an argument the lower half, the first on these machines
  private static final int NUMBER = 0;
  private static final int ARCH = 4;
  private static final int ARGUMENTS = 16;

  private static final int X32_CALLS = 0x40000000;
  private static final int AF_UNIX = 1;
  private static final int CLONE_THREAD = 0x10000;
  private static final int TIOCSTI = 0x5412;
  private static final int TIOCLINUX = 0x541c;

  private final List<Long> program = new ArrayList<>();

  private SyscallFilter() {}

  /**
   * Puts the filter, and no_new_privs, on all threads of this process, for good.
   *
   * @throws OsException if the kernel has no seccomp, or this kind of machine is not known
   */
  public static void install() {
    Machine machine = Machine.host();
    long[] program = program(machine, OsProcess.pid());
    OsProcess.setNoNewPrivileges(); // that of the other threads comes with the filter
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment filter = arena.allocateFrom(JAVA_LONG, program);
      MemorySegment head = arena.allocate(16, 8); // struct sock_fprog: u16 length, pointer
      head.set(JAVA_LONG, 0, program.length);
      head.set(JAVA_LONG, 8, filter.address());
      long thread =
          Libc.syscall(
              "seccomp",
              machine.seccomp,
              SET_MODE_FILTER,
              FLAG_TSYNC | FLAG_SPEC_ALLOW,
              head.address());
      if (thread != 0) {
        throw new OsException("seccomp: thread " + thread + " has another filter", Errno.EPERM);
      }
    }
  }

  /**
   * Makes the program, each instruction as the word that {@code struct sock_filter} is.
   *
   * @param machine for whose calls
   * @param pid the process that may be signalled: our own
   */
  static long[] program(Machine machine, int pid) {
    SyscallFilter filter = new SyscallFilter();
    filter.build(machine, pid);
    return filter.program.stream().mapToLong(Long::longValue).toArray();
  }

  private void build(Machine machine, int pid) {
    add(LOAD_WORD, ARCH);
    unless(JUMP_IF_EQUAL, machine.auditArch, Errno.EPERM); // 32-bit calls have other numbers
    add(LOAD_WORD, NUMBER);
    if (machine == Machine.X86_64) {
      when(JUMP_IF_AT_LEAST, X32_CALLS, Errno.EPERM);
    }
    for (SystemCall call : SystemCall.values()) {
      int number = call.number(machine);
      if (number == SystemCall.ABSENT) {
        continue;
      }
      if (call.isRefused()) {
        when(JUMP_IF_EQUAL, number, Errno.EPERM);
      } else {
        judge(call, number, pid);
      }
    }
    add(RETURN, RET_ALLOW);
  }

  private void judge(SystemCall call, int number, int pid) {
    int jump = program.size();
    add(JUMP_IF_EQUAL, number);
    switch (call) {
      case SOCKET, SOCKETPAIR -> {
        argument(0);
        unless(JUMP_IF_EQUAL, AF_UNIX, Errno.EPERM);
      }
      case CLONE -> {
        argument(0);
        unless(JUMP_IF_ANY_BIT, CLONE_THREAD, Errno.EPERM);
      }
      case CLONE3 -> add(RETURN, RET_ERRNO | Errno.ENOSYS);
      case KILL, TGKILL -> {
        argument(0);
        unless(JUMP_IF_EQUAL, pid, Errno.EPERM);
      }
      case PRLIMIT64 -> {
        argument(0);
        program.add(instruction(JUMP_IF_EQUAL, 2, 0, 0)); // 0: the caller
        unless(JUMP_IF_EQUAL, pid, Errno.EPERM);
      }
      case IOCTL -> {
        argument(1);
        when(JUMP_IF_EQUAL, TIOCSTI, Errno.EPERM); // types into a terminal
        when(JUMP_IF_EQUAL, TIOCLINUX, Errno.EPERM);
      }
      default -> throw new IllegalStateException(call + " is not judged");
    }
    if (call != SystemCall.CLONE3) {
      add(RETURN, RET_ALLOW);
    }
    int skipped = program.size() - jump - 1;
    program.set(jump, instruction(JUMP_IF_EQUAL, 0, skipped, number));
  }

  private void argument(int n) {
    add(LOAD_WORD, ARGUMENTS + 8 * n);
  }

  /** Refuses if the word at hand fits. */
  private void when(int test, int value, int errno) {
    program.add(instruction(test, 0, 1, value));
    add(RETURN, RET_ERRNO | errno);
  }

  /** Refuses if the word at hand does not fit. */
  private void unless(int test, int value, int errno) {
    program.add(instruction(test, 1, 0, value));
    add(RETURN, RET_ERRNO | errno);
  }

  private void add(int code, int value) {
    program.add(instruction(code, 0, 0, value));
  }

  /** {@code struct sock_filter}: u16 code, u8 jt, u8 jf, u32 k; both machines are little-endian. */
  private static long instruction(int code, int whenTrue, int whenFalse, int value) {
    return code | (long) whenTrue << 16 | (long) whenFalse << 24 | (long) value << 32;
  }
}
