// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

/** A command can't go on. The message is one line that says why and, if there is one, the fix. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  Failure(String message) {
    this(message, Status.FAILED);
  }

  Failure(String message, int status) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
