// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

/** A benchmark that can't go on; the message is one line and says what to do. */
public final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** One line. */
  public BenchException(String message) {
    super(message);
  }

  /** One line and where it comes from. */
  public BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
