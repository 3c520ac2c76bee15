// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.util.Objects;

/**
 * The guest could not do its work. The message is one line that says what is wrong and, where there
 * is one, names the fix. A command that ran and failed is no exception: see {@link GuestResult}.
 */
public final class GuestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, for callers that decide by it. */
  public enum Kind {
    /** A tool, the network, disk space or a usable argument is missing; no guest was started. */
    SETUP,
    /** The guest's kernel panicked. */
    PANIC,
    /** The guest was still running when its time was over, and was killed. */
    TIMEOUT,
    /** The emulator or the guest ended without reporting the command's exit status. */
    DIED
  }

  private final Kind kind;

  GuestException(Kind kind, String message) {
    this(kind, message, null);
  }

  GuestException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind);
  }

  static GuestException setup(String message) {
    return new GuestException(Kind.SETUP, message);
  }

  static GuestException setup(String message, Throwable cause) {
    return new GuestException(Kind.SETUP, message, cause);
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }
}
