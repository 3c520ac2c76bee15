// SPDX-License-Identifier: Apache-2.0
package org.jland.trace;

import org.jland.scheduler.CustodyStep;

/** The way that a task took from wanting a CPU to getting one. */
public enum WakePath {
  /** jland's BPF side found it an idle CPU. */
  FAST("fast path"),
  /** It took the place of its waker. */
  HANDOFF("hand-off"),
  /** Java decided. */
  USER_SPACE("user space"),
  /** A decision that Java made before, and that stands over sleeps. */
  STANDING("standing decision"),
  /** A rule of jland's BPF side. */
  RULE("kernel rule"),
  /** No part of jland was asked: another class or another scheduler. */
  KERNEL("kernel");

  private final String text;

  WakePath(String text) {
    this.text = text;
  }

  static WakePath of(CustodyStep step) {
    return switch (step) {
      case FAST -> FAST;
      case HANDOFF -> HANDOFF;
      case RULE -> RULE;
      case STANDING -> STANDING;
      case QUEUED, INSERTED, STALE, CANCELLED -> USER_SPACE;
      case SCHED_IN, SCHED_OUT -> KERNEL;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
