// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

/**
 * The kernel's CLOCK_MONOTONIC in nanoseconds: what {@code bpf_ktime_get_ns()} and the trace clock
 * {@code mono} show, so times from both sides can be compared.
 *
 * <p>{@link System#nanoTime()} promises no origin, but HotSpot on Linux reads this very clock (a
 * unit test compares both with {@code clock_gettime}); it costs an intrinsic vDSO read and no
 * downcall. {@code scx_bpf_now()} follows the same clock up to the drift of one tick.
 */
public final class MonotonicClock {
  private MonotonicClock() {}

  /** Nanoseconds since boot, suspend excluded. Any thread; allocates nothing. */
  public static long nowNs() {
    return System.nanoTime();
  }
}
