// SPDX-License-Identifier: Apache-2.0
package org.jland.stats;

/** The stats socket can't be opened or reached. The message is one line and names the fix. */
public final class StatsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message one line
   * @param cause what the system said, or null
   */
  public StatsException(String message, Throwable cause) {
    super(message, cause);
  }
}
