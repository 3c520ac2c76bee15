// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

/** A scheduler can't be started here. The message is one line and names the fix. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message one line with the fix
   */
  public StartException(String message) {
    super(message);
  }
}
