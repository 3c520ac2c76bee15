// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.jland.scheduler.LoopOnMemory;
import org.jland.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;

/** After the warm-up a garbage collector has nothing to do. */
class AllocationTest {

  private static final long TASKS = 1_000_000;

  private static void assertAllocatesNothing(Supplier<Policy> policies) {
    LoopOnMemory.Result result = LoopOnMemory.run(policies, TASKS);
    assertNull(result.fault());
    assertTrue(result.nrTasks() >= TASKS, "tasks: " + result.nrTasks());
    assertEquals(result.nrTasks(), result.nrDecisions());
    assertEquals(0, result.allocatedBytes(), "bytes over " + result.nrTasks() + " tasks");
  }

  @Test
  void aMillionTasksOfScxJlandAllocateNothing() {
    assertAllocatesNothing(() -> new DeadlinePolicy(DeadlinePolicyTest.TUNING));
  }

  @Test
  void aMillionTasksOfScxJlfifoAllocateNothing() {
    assertAllocatesNothing(() -> new ScxJlfifo(SchedulerConfig.defaults("scx_jlfifo")));
  }

  @Test
  void aPolicyThatAllocatesIsSeen() {
    LoopOnMemory.Result result = LoopOnMemory.run(Boxing::new, 10_000);
    assertTrue(result.allocatedBytes() >= 10_000 * 16, "bytes: " + result.allocatedBytes());
    assertEquals(result.nrTasks(), result.nrDecisions());
  }

  /** Keeps ids as objects. */
  private static final class Boxing implements Policy {
    private final Queue<Long> kept = new ArrayDeque<>();

    @Override
    public void enqueued(TaskView task, Dispatcher out) {
      kept.add(task.id());
    }

    @Override
    public void dispatch(Dispatcher out) {
      while (!kept.isEmpty() && out.room() > 0) {
        out.dispatch(kept.remove(), 0, 0);
      }
    }

    @Override
    public int nrHeld() {
      return kept.size();
    }
  }
}
