// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jland.ffi.RawMemory.getIntAcquire;
import static org.jland.ffi.RawMemory.putIntOpaque;
import static org.jland.ffi.RawMemory.putLongRelease;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jland.ffi.RawMemory;
import org.jland.intf.RingLayout;

/** The words of {@code struct shared_ctl}. Written by the scheduler thread, read by any. */
final class SharedControl {

  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final MemorySegment memory;
  private final long base;
  private long nrBursts;

  SharedControl(MemorySegment memory) {
    this.memory = memory;
    this.base = RawMemory.address(memory);
  }

  /**
   * Takes note of what is pending, before the rings are read: a record that is published later sets
   * the word again. Partner: publish_record() in custody.h.
   *
   * <p>From here to {@link #burstDone} the kernel side knows that tasks are in our hands: it runs
   * the thread again if that is interrupted meanwhile. Partner: sched_needed().
   */
  void beginBurst() {
    putLongRelease(base + RingLayout.CTL_IN_BURST, 1L);
    putIntOpaque(base + RingLayout.CTL_PENDING, 0);
    // A volatile store alone may be overtaken by the acquiring loads of the heads.
    VarHandle.fullFence();
  }

  /** Asks the kernel side to run the scheduler thread again. Any thread. */
  void setPending() {
    INT.setVolatile(memory, RingLayout.CTL_PENDING, RingLayout.PENDING_NOW);
  }

  /** Tells how many tasks the policy keeps, at the end of a burst. Partner: sched_needed(). */
  void burstDone(long nrHeld) {
    putLongRelease(base + RingLayout.CTL_NR_BURSTS, ++nrBursts);
    putLongRelease(base + RingLayout.CTL_NR_HELD, nrHeld);
    putLongRelease(base + RingLayout.CTL_IN_BURST, 0L);
  }

  /** Returns how many tasks waited in the shared DSQ when the scheduler thread was started last. */
  int nrWaiting() {
    return getIntAcquire(base + RingLayout.CTL_NR_WAITING);
  }

  /** Returns the number that {@link #burstDone} told last. */
  long nrHeld() {
    return (long) LONG.getAcquire(memory, RingLayout.CTL_NR_HELD);
  }

  /** Returns the bursts so far. */
  long nrBursts() {
    return (long) LONG.getAcquire(memory, RingLayout.CTL_NR_BURSTS);
  }
}
