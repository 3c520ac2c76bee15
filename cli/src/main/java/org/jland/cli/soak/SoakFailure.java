// SPDX-License-Identifier: Apache-2.0
package org.jland.cli.soak;

/** Something that must not happen has happened; the message says what. */
public final class SoakFailure extends Exception {
  private static final long serialVersionUID = 1L;

  SoakFailure(String message) {
    super(message);
  }
}
