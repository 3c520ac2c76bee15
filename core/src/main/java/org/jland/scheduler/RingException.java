// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

/**
 * The shared memory holds what the kernel side can't have written. Both sides disagree about it
 * then, so the scheduler ends, and the kernel's own is back.
 */
final class RingException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message the place with its numbers
   */
  RingException(String message) {
    super(message);
  }
}
