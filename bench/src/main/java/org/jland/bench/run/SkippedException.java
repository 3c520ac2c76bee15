// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

/** A workload that this machine lacks what it is about; the message is a short sentence's end. */
final class SkippedException extends WorkloadException {
  private static final long serialVersionUID = 1;

  SkippedException(String message) {
    super(message);
  }
}
