// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jland.policy.Policy;
import org.jland.scheduler.LoopOnMemory;
import org.jland.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;

/** Records that no kernel writes. -Djland.fuzz.seed=N repeats a run; failures name it. */
class HostileRecordsPolicyTest {
  private static final long SEED = Long.getLong("jland.fuzz.seed", System.nanoTime());
  private static final long MS = 1_000_000;
  private static final long NR_TASKS = 200_000;
  private static final long LAG_BOUND = 90 * MS;
  private static final DeadlinePolicy.Tuning TUNING =
      new DeadlinePolicy.Tuning(20 * MS, MS, LAG_BOUND, 5 * MS, MS, true, true);

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void deadlinePolicyNeitherThrowsNorForgetsNorAllocatesPerRecord() {
    assertUnmoved(() -> new DeadlinePolicy(TUNING));
  }

  @Test
  void jlfifoNeitherThrowsNorForgetsNorAllocatesPerRecord() {
    assertUnmoved(() -> new ScxJlfifo(SchedulerConfig.defaults("scx_jlfifo")));
  }

  private void assertUnmoved(Supplier<? extends Policy> policies) {
    LoopOnMemory.Result result = LoopOnMemory.runHostile(policies, NR_TASKS, random);
    assertNull(result.fault(), () -> "seed " + SEED);
    assertEquals(result.nrTasks(), result.nrDecisions(), () -> "seed " + SEED);
    // Code that meets what it was not compiled for is undone, which may put some objects on the
    // heap, a few times. None is made for a record.
    assertTrue(result.allocatedBytes() < NR_TASKS / 4, () -> result + ", seed " + SEED);
  }

  /** So what one record says delays no other task for longer than the bound either. */
  @Test
  void deadlinesAndSlicesStayWithinTheirBounds() {
    Decider decider = new Decider(new DeadlinePolicy(TUNING), 4);
    for (int i = 0; i < 200_000; i++) {
      long enqTs = 1L << 40;
      Decider.Decision decision =
          decider
              .task(1 + i % 50)
              .used(any())
              .execRuntime(any())
              .burst(any())
              .cookie(any())
              .weight((int) any())
              .cpu((int) any())
              .nrCpusAllowed((int) any())
              .waiting(random.nextInt(0, Integer.MAX_VALUE))
              .decide(enqTs);
      long behind = decision.vtime() - enqTs;
      assertTrue(-LAG_BOUND * 15 / 100 <= behind && behind <= LAG_BOUND * 85 / 100, say(behind));
      long slice = decision.sliceNs();
      assertTrue(MS <= slice && slice <= 20 * MS, say(slice));
    }
  }

  /** The average that hostile records moved comes back to where the others are. */
  @Test
  void honestTasksAreTreatedAlikeAgainSoonAfterHostileRecords() {
    Decider decider = new Decider(new DeadlinePolicy(TUNING), 1);
    for (int i = 0; i < 1_000; i++) {
      decider.task(99).used(any()).weight((int) any()).cookie(any()).decide(0);
    }
    long[] last = new long[2];
    for (int i = 0; i < 2_000; i++) {
      int pid = 1 + i % 2;
      last[pid - 1] = decider.task(pid).used(10 * MS).execRuntime(10 * MS).decide(0).vtime();
    }
    long difference = Math.abs(last[0] - last[1]);
    assertTrue(difference <= 20 * MS, say(difference));
  }

  private String say(long value) {
    return value + " with seed " + SEED;
  }

  private long any() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1 - random.nextLong(1 << 20);
      case 2 -> Long.MIN_VALUE;
      case 3 -> Long.MAX_VALUE;
      case 4 -> 1L << random.nextInt(Long.SIZE);
      default -> random.nextLong();
    };
  }
}
