// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

/** A libc call failed. The message is one line: the operation, the error's text and its name. */
public final class OsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final int errno;

  /**
   * Makes the exception for a failed call.
   *
   * @param operation what was tried, for example {@code mlockall}
   * @param errno the positive error number
   */
  public OsException(String operation, int errno) {
    super(operation + ": " + Errno.describe(errno));
    this.operation = operation;
    this.errno = errno;
  }

  /** What was tried, with the arguments that matter. */
  public String operation() {
    return operation;
  }

  /** The positive error number; {@link Errno} has the names. */
  public int errno() {
    return errno;
  }
}
