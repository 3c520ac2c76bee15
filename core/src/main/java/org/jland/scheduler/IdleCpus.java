// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jland.policy.TaskView;
import org.jland.topology.Topology;

/**
 * The CPUs that idle, from the bitmap that the BPF side keeps ({@code idle_cpus}). It is a hint:
 * nothing is reserved in the kernel, but one burst is not given the same CPU twice. Scheduler
 * thread only.
 */
final class IdleCpus {

  private static final VarHandle WORD = JAVA_LONG.varHandle();

  private final MemorySegment bitmap;
  private final long[] given;
  private final long[][] llcMasks;
  private final int[] llcOfCpu;
  private final long[] existing;
  private final int nrWords;
  private boolean anyGiven;

  IdleCpus(MemorySegment bitmap, Topology topology) {
    this.bitmap = bitmap;
    this.nrWords = (topology.nrCpuIds() + 63) >>> 6;
    this.given = new long[nrWords];
    this.llcMasks = new long[topology.nrLlcs()][nrWords];
    this.llcOfCpu = new int[topology.nrCpuIds()];
    this.existing = new long[nrWords];
    for (Topology.Cpu cpu : topology.cpus()) {
      llcMasks[cpu.llc()][cpu.id() >>> 6] |= 1L << cpu.id();
      llcOfCpu[cpu.id()] = cpu.llc();
      existing[cpu.id() >>> 6] |= 1L << cpu.id();
    }
  }

  /** A new burst: every CPU may be given again. */
  void reset() {
    if (anyGiven) {
      for (int word = 0; word < nrWords; word++) {
        given[word] = 0;
      }
      anyGiven = false;
    }
  }

  /**
   * Returns an idle CPU for a task: its last one, one of the same LLC, any; -1 if there is none.
   */
  int select(TaskView task) {
    int last = task.cpu();
    if (last < 0 || last >= llcOfCpu.length) {
      return -1;
    }
    long free = free(last >>> 6);
    if ((free >>> last & 1) != 0 && task.isAllowed(last)) {
      return give(last);
    }
    int cpu = firstAllowed(task, llcMasks[llcOfCpu[last]]);
    return cpu >= 0 ? cpu : firstAllowed(task, existing);
  }

  private int firstAllowed(TaskView task, long[] mask) {
    for (int word = 0; word < nrWords; word++) {
      long free = free(word) & mask[word];
      while (free != 0) {
        int cpu = (word << 6) + Long.numberOfTrailingZeros(free);
        if (task.isAllowed(cpu)) {
          return give(cpu);
        }
        free &= free - 1;
      }
    }
    return -1;
  }

  private long free(int word) {
    return (long) WORD.getAcquire(bitmap, word * 8L) & ~given[word];
  }

  private int give(int cpu) {
    given[cpu >>> 6] |= 1L << cpu;
    anyGiven = true;
    return cpu;
  }
}
