// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

/** Error numbers of Linux (the generic ones, equal on x86-64 and arm64), their names and texts. */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int E2BIG = 7;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int ENOSPC = 28;
  public static final int ENOSYS = 38;
  public static final int EOPNOTSUPP = 95;

  /** Not a user-space errno, but the kernel's BPF code and libbpf return it. */
  public static final int ENOTSUPP = 524;

  private Errno() {}

  /**
   * The text of an error number.
   *
   * @param errno the positive number
   * @return for example {@code Operation not permitted (EPERM)}; never null
   */
  public static String describe(int errno) {
    String text = errno == ENOTSUPP ? "Operation is not supported" : Libc.strerror(errno);
    return text + " (" + name(errno) + ")";
  }

  /**
   * The symbolic name of an error number.
   *
   * @param errno the positive number
   * @return for example {@code EPERM}, or {@code errno 121} for one that is not listed here
   */
  public static String name(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM";
      case ENOENT -> "ENOENT";
      case ESRCH -> "ESRCH";
      case EINTR -> "EINTR";
      case E2BIG -> "E2BIG";
      case EAGAIN -> "EAGAIN";
      case ENOMEM -> "ENOMEM";
      case EACCES -> "EACCES";
      case EBUSY -> "EBUSY";
      case EEXIST -> "EEXIST";
      case ENODEV -> "ENODEV";
      case EINVAL -> "EINVAL";
      case ENOSPC -> "ENOSPC";
      case ENOSYS -> "ENOSYS";
      case EOPNOTSUPP -> "EOPNOTSUPP";
      case ENOTSUPP -> "ENOTSUPP";
      default -> "errno " + errno;
    };
  }
}
