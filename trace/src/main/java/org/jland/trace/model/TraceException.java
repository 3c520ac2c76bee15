// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.model;

/** A recording could not be made, read or written. The message is one line that names the fix. */
public final class TraceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes one with its line. */
  public TraceException(String message) {
    super(message);
  }

  /** Makes one with its line and its cause. */
  public TraceException(String message, Throwable cause) {
    super(message, cause);
  }
}
