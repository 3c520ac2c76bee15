// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import org.jland.vm.GuestException;

/** Exit statuses of jland itself, in the way of env(1) and timeout(1). */
final class Status {
  /** Done. */
  static final int OK = 0;

  /** It did not work, or what was to be proved does not hold. */
  static final int FAILED = 1;

  /** The command line makes no sense. */
  static final int USAGE = 2;

  /** The guest's time was over. */
  static final int TIMEOUT = 124;

  /** The guest could not be set up, panicked or died: no status of a command came out of it. */
  static final int NO_GUEST = 125;

  private Status() {}

  /** Which status tells that a guest has failed in this way. */
  static int of(GuestException.Kind kind) {
    return kind == GuestException.Kind.TIMEOUT ? TIMEOUT : NO_GUEST;
  }
}
