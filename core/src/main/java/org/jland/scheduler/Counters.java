// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Reads the counters that the BPF side keeps per CPU. Any thread except the scheduler thread; each
 * reader brings its own array.
 */
public final class Counters {

  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final int TRIES = 10_000;

  private final MemorySegment stats;
  private final int nrCpuIds;

  /**
   * Reads counters.
   *
   * @param stats the array of {@code struct cpu_stats}
   * @param nrCpuIds how many blocks of it are in use
   */
  Counters(MemorySegment stats, int nrCpuIds) {
    this.stats = stats;
    this.nrCpuIds = nrCpuIds;
  }

  /** Returns a cut of all counters in which every event is counted wholly or not at all. */
  public CounterSnapshot snapshot() {
    long[] sums = new long[Counter.count()];
    long[] seqs = new long[nrCpuIds];
    long[] block = new long[sums.length];
    for (int i = 0; i < TRIES; i++) {
      if (collect(sums, seqs, block)) {
        return new CounterSnapshot(sums, true);
      }
      Thread.onSpinWait();
    }
    return new CounterSnapshot(sums, false);
  }

  /**
   * Sums all blocks. Partner: stats_begin() and stats_end() in state.h, which make a block's seq
   * odd while it changes. Blocks are copied whole: this code is seldom called, so it is
   * interpreted, and a read of a single word takes that a thousand instructions.
   */
  private boolean collect(long[] sums, long[] seqs, long[] block) {
    Arrays.fill(sums, 0);
    boolean consistent = true;
    for (int cpu = 0; cpu < nrCpuIds; cpu++) {
      seqs[cpu] = (long) WORD.getAcquire(stats, cpu * Counter.BLOCK_BYTES);
      consistent &= (seqs[cpu] & 1) == 0;
    }
    for (int cpu = 0; cpu < nrCpuIds; cpu++) {
      MemorySegment.copy(stats, JAVA_LONG, cpu * Counter.BLOCK_BYTES + 8, block, 0, block.length);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += block[i];
      }
    }
    VarHandle.loadLoadFence();
    for (int cpu = 0; cpu < nrCpuIds; cpu++) {
      consistent &= seqs[cpu] == (long) WORD.getAcquire(stats, cpu * Counter.BLOCK_BYTES);
    }
    return consistent;
  }
}
