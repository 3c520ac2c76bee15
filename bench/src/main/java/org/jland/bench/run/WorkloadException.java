// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

/** A run of a workload that counts for nothing; the message is one line and says why. */
sealed class WorkloadException extends Exception permits SkippedException {
  private static final long serialVersionUID = 1;

  WorkloadException(String message) {
    super(message);
  }
}
