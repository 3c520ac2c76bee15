// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.jland.os.SyscallFilter.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter's program, run as the kernel would, against calls with their arguments. */
class SyscallFilterTest {
  private static final int PID = 4321;
  private static final int ALLOW = 0x7fff0000;
  private static final int EPERM = 0x00050001;
  private static final int ENOSYS = 0x00050026;
  private static final int I386 = 0x40000003;

  /** A thread as libc makes it, and a process as fork does. */
  private static final int THREAD_FLAGS = 0x3d0f00;

  private static final int FORK_FLAGS = 0x01200011;

  /** The verdict on a call. */
  private static int verdict(Machine machine, int number, int... arguments) {
    return run(SyscallFilter.program(machine, PID), machine.auditArch, number, arguments);
  }

  private static int verdict(Machine machine, SystemCall call, int... arguments) {
    return verdict(machine, call.number(machine), arguments);
  }

  /** What linux/filter.h says of the instructions that are used, and no others. */
  private static int run(long[] program, int arch, int number, int... arguments) {
    int word = 0;
    int at = 0;
    while (true) {
      long instruction = program[at];
      int value = (int) (instruction >>> 32);
      int whenTrue = (int) (instruction >>> 16 & 0xff);
      int whenFalse = (int) (instruction >>> 24 & 0xff);
      switch ((int) (instruction & 0xffff)) {
        case 0x20 -> {
          word =
              switch (value) {
                case 0 -> number;
                case 4 -> arch;
                default -> {
                  assertEquals(0, (value - 16) % 8, "not the lower half of an argument");
                  int index = (value - 16) / 8;
                  yield index < arguments.length ? arguments[index] : 0;
                }
              };
          at++;
        }
        case 0x15 -> at += 1 + (word == value ? whenTrue : whenFalse);
        case 0x35 -> at += 1 + (Integer.compareUnsigned(word, value) >= 0 ? whenTrue : whenFalse);
        case 0x45 -> at += 1 + ((word & value) != 0 ? whenTrue : whenFalse);
        case 0x06 -> {
          return value;
        }
        default -> throw new AssertionError("unknown instruction at " + at);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatASchedulerNeverDoesIsRefused(Machine machine) {
    for (SystemCall call : SystemCall.values()) {
      int number = call.number(machine);
      if (call.isRefused() && number != SystemCall.ABSENT) {
        assertEquals(EPERM, verdict(machine, number), call::name);
      }
    }
  }

  @Test
  void numbersAreTheKernels() {
    assertEquals(59, SystemCall.EXECVE.number(Machine.X86_64));
    assertEquals(221, SystemCall.EXECVE.number(Machine.AARCH64));
    assertEquals(101, SystemCall.PTRACE.number(Machine.X86_64));
    assertEquals(117, SystemCall.PTRACE.number(Machine.AARCH64));
  }

  /** Numbers of unistd.h; x86-64 first. */
  @Test
  void whatASchedulerAndItsJvmDoIsAllowed() {
    int[][] needed = {
      {0, 63}, // read
      {1, 64}, // write
      {9, 222}, // mmap
      {10, 226}, // mprotect
      {24, 124}, // sched_yield
      {42, 203}, // connect
      {49, 200}, // bind
      {144, 119}, // sched_setscheduler
      {149, 228}, // mlock
      {151, 230}, // mlockall
      {157, 167}, // prctl
      {202, 98}, // futex
      {231, 94}, // exit_group
      {257, 56}, // openat
      {321, 280}, // bpf
    };
    for (int[] numbers : needed) {
      assertEquals(ALLOW, verdict(Machine.X86_64, numbers[0]), Arrays.toString(numbers));
      assertEquals(ALLOW, verdict(Machine.AARCH64, numbers[1]), Arrays.toString(numbers));
    }
  }

  @ParameterizedTest
  @EnumSource
  void socketsAreForThisMachineOnly(Machine machine) {
    for (SystemCall call : new SystemCall[] {SystemCall.SOCKET, SystemCall.SOCKETPAIR}) {
      assertEquals(ALLOW, verdict(machine, call, 1), "AF_UNIX");
      for (int family : new int[] {0, 2, 10, 16, 17, 40, -1}) {
        assertEquals(EPERM, verdict(machine, call, family), call + " of family " + family);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void threadsAreMadeAndProcessesAreNot(Machine machine) {
    assertEquals(ALLOW, verdict(machine, SystemCall.CLONE, THREAD_FLAGS));
    assertEquals(EPERM, verdict(machine, SystemCall.CLONE, FORK_FLAGS));
    assertEquals(ENOSYS, verdict(machine, SystemCall.CLONE3, 0));
  }

  @ParameterizedTest
  @EnumSource
  void signalsGoToThisProcessOnly(Machine machine) {
    for (SystemCall call : new SystemCall[] {SystemCall.KILL, SystemCall.TGKILL}) {
      assertEquals(ALLOW, verdict(machine, call, PID), call::name);
      for (int pid : new int[] {1, 0, -1, -PID, PID + 1}) {
        assertEquals(EPERM, verdict(machine, call, pid), call + " to " + pid);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void limitsAreOfThisProcessOnly(Machine machine) {
    assertEquals(ALLOW, verdict(machine, SystemCall.PRLIMIT64, 0));
    assertEquals(ALLOW, verdict(machine, SystemCall.PRLIMIT64, PID));
    assertEquals(EPERM, verdict(machine, SystemCall.PRLIMIT64, 1));
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsTypedIntoTerminals(Machine machine) {
    assertEquals(ALLOW, verdict(machine, SystemCall.IOCTL, 5, 0x5401), "TCGETS");
    assertEquals(EPERM, verdict(machine, SystemCall.IOCTL, 5, 0x5412), "TIOCSTI");
    assertEquals(EPERM, verdict(machine, SystemCall.IOCTL, 5, 0x541c), "TIOCLINUX");
  }

  @ParameterizedTest
  @EnumSource
  void callsInTheNumbersOfAnotherMachineAreRefused(Machine machine) {
    assertEquals(EPERM, run(SyscallFilter.program(machine, PID), I386, 4), "i386's write");
  }

  @Test
  void callsOfX32AreRefused() {
    assertEquals(EPERM, verdict(Machine.X86_64, 0x40000000 | 1));
    assertEquals(EPERM, verdict(Machine.X86_64, -1));
  }

  @ParameterizedTest
  @EnumSource
  void jumpsStayInTheProgramAndItEndsInAVerdict(Machine machine) {
    long[] program = SyscallFilter.program(machine, PID);
    assertTrue(program.length <= 4096, "the kernel's limit");
    for (int number = -1; number < 600; number++) {
      int verdict = verdict(machine, number, 0, 0, 0);
      assertTrue(verdict == ALLOW || verdict == EPERM || verdict == ENOSYS, "call " + number);
    }
  }
}
