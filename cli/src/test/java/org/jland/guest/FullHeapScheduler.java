// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jland.app.SchedulerApp;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;

/**
 * A scheduler whose policy, some time after its warm-up, keeps almost all of the heap, and then
 * makes garbage at every task. Says at its end how often its JVM has collected.
 */
public final class FullHeapScheduler implements Policy {
  private static final int GOOD_TASKS = 200;
  private static final int PIECE = 64 << 10;
  private static final int GARBAGE = 64 << 10;
  private static final long FREE = 2 << 20;

  private final boolean fillsTheHeap;
  private final List<byte[]> kept = new ArrayList<>();
  private volatile byte[] garbage;
  private int tasks;

  private FullHeapScheduler(boolean fillsTheHeap) {
    this.fillsTheHeap = fillsTheHeap;
  }

  @Override
  public void enqueued(TaskView task, Dispatcher out) {
    if (fillsTheHeap && ++tasks > GOOD_TASKS) {
      // Piece by piece: a thread of the JVM that finds no memory at all would be another fault.
      if (Runtime.getRuntime().freeMemory() > FREE) {
        kept.add(new byte[PIECE]);
      }
      garbage = new byte[GARBAGE];
    }
    out.dispatch(task.id(), 0, task.enqTs());
  }

  /** Runs it. The first policy that it makes schedules; the second is for the warm-up. */
  public static void main(String[] args) {
    AtomicBoolean first = new AtomicBoolean(true);
    int status =
        SchedulerApp.of("scx_jlheap", config -> new FullHeapScheduler(first.getAndSet(false)))
            .run(args);
    long collections =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionCount)
            .sum();
    System.out.println("collections " + collections);
    System.exit(status);
  }
}
