// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.util.EnumSet;
import java.util.Set;

/**
 * The system calls that a scheduler has no business with, and those of which it needs some kinds
 * only. Numbers are the kernel's, from its unistd.h; {@link #ABSENT} where a machine lacks the
 * call.
 */
enum SystemCall {
  // Other programs and processes.
  EXECVE(59, 221),
  EXECVEAT(322, 281),
  FORK(57, -1),
  VFORK(58, -1),
  TKILL(200, 130),
  PIDFD_OPEN(434, 434),
  PIDFD_GETFD(438, 438),
  PIDFD_SEND_SIGNAL(424, 424),
  RT_SIGQUEUEINFO(129, 138),
  RT_TGSIGQUEUEINFO(297, 240),
  // Other processes' memory and secrets.
  PTRACE(101, 117),
  PROCESS_VM_READV(310, 270),
  PROCESS_VM_WRITEV(311, 271),
  PROCESS_MADVISE(440, 440),
  PROCESS_MRELEASE(448, 448),
  KCMP(312, 272),
  MIGRATE_PAGES(256, 238),
  MOVE_PAGES(279, 239),
  PERF_EVENT_OPEN(298, 241),
  USERFAULTFD(323, 282),
  LOOKUP_DCOOKIE(212, 18),
  FANOTIFY_INIT(300, 262),
  OPEN_BY_HANDLE_AT(304, 265),
  // Namespaces and file systems.
  UNSHARE(272, 97),
  SETNS(308, 268),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  PIVOT_ROOT(155, 41),
  CHROOT(161, 51),
  MOVE_MOUNT(429, 429),
  OPEN_TREE(428, 428),
  FSOPEN(430, 430),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  FSPICK(433, 433),
  MOUNT_SETATTR(442, 442),
  OPEN_TREE_ATTR(467, 467),
  SWAPON(167, 224),
  SWAPOFF(168, 225),
  QUOTACTL(179, 60),
  QUOTACTL_FD(443, 443),
  ACCT(163, 89),
  MKNOD(133, -1),
  MKNODAT(259, 33),
  // The kernel and the machine.
  INIT_MODULE(175, 105),
  FINIT_MODULE(313, 273),
  DELETE_MODULE(176, 106),
  CREATE_MODULE(174, -1),
  KEXEC_LOAD(246, 104),
  KEXEC_FILE_LOAD(320, 294),
  REBOOT(169, 142),
  SYSLOG(103, 116),
  SETHOSTNAME(170, 161),
  SETDOMAINNAME(171, 162),
  IOPL(172, -1),
  IOPERM(173, -1),
  MODIFY_LDT(154, -1),
  VHANGUP(153, 58),
  USELIB(134, -1),
  NFSSERVCTL(180, 42),
  SETTIMEOFDAY(164, 170),
  CLOCK_SETTIME(227, 112),
  CLOCK_ADJTIME(305, 266),
  ADJTIMEX(159, 171),
  // Other identities and keys.
  SETUID(105, 146),
  SETGID(106, 144),
  SETREUID(113, 145),
  SETREGID(114, 143),
  SETRESUID(117, 147),
  SETRESGID(119, 149),
  SETFSUID(122, 151),
  SETFSGID(123, 152),
  SETGROUPS(116, 159),
  ADD_KEY(248, 217),
  REQUEST_KEY(249, 218),
  KEYCTL(250, 219),
  PERSONALITY(135, 92),
  // Ways around this filter.
  IO_URING_SETUP(425, 425),
  IO_URING_ENTER(426, 426),
  IO_URING_REGISTER(427, 427),
  // Judged by their arguments.
  SOCKET(41, 198),
  SOCKETPAIR(53, 199),
  CLONE(56, 220),
  CLONE3(435, 435),
  KILL(62, 129),
  TGKILL(234, 131),
  PRLIMIT64(302, 261),
  IOCTL(16, 29);

  /** This kind of machine has no such call. */
  static final int ABSENT = -1;

  private static final Set<SystemCall> JUDGED =
      EnumSet.of(SOCKET, SOCKETPAIR, CLONE, CLONE3, KILL, TGKILL, PRLIMIT64, IOCTL);

  private final int onX86;
  private final int onArm;

  SystemCall(int onX86, int onArm) {
    this.onX86 = onX86;
    this.onArm = onArm;
  }

  /** Returns its number, or {@link #ABSENT}. */
  int number(SyscallFilter.Machine machine) {
    return machine == SyscallFilter.Machine.X86_64 ? onX86 : onArm;
  }

  /** Returns whether it is refused whatever its arguments are. */
  boolean isRefused() {
    return !JUDGED.contains(this);
  }
}
