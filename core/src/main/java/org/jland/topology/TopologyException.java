// SPDX-License-Identifier: Apache-2.0
package org.jland.topology;

/** The machine's description can't be read. The message is one line that names the file. */
public final class TopologyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopologyException(String message, Throwable cause) {
    super(message, cause);
  }
}
