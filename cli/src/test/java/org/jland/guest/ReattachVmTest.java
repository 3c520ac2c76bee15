// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jland.bpf.SchedExt;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;
import org.jland.scheduler.AttachedAgain;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.KernelRunner;
import org.jland.scheduler.SchedulerConfig;
import org.jland.scheduler.SchedulerRunner.RunningReport;
import org.jland.topology.Topology;
import org.jland.topology.TopologyReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A loaded object is attached again, without being loaded again. */
@Tag("core")
class ReattachVmTest {
  private static final Duration EACH = Duration.ofSeconds(2);

  @RegisterExtension final Guest guest = new Guest();

  @BeforeEach
  void kernelIsLoadable() {
    LoadableKernel.assume();
  }

  @Test
  void objectThatIsAttachedAgainIsAsFreshlyLoadedAndSchedules() throws IOException {
    try (FaultLoad _ = FaultLoad.start(guest)) {
      AttachedAgain twice = AttachedAgain.run(EACH);

      assertEquals(ExitReport.UNREG, twice.first().kind(), () -> twice.first().line());
      for (String map : Set.of(".bss", ".bss.private", "queued", "dispatched")) {
        assertTrue(twice.used().contains(map), () -> map + " was not used: " + twice.used());
      }
      assertEquals(Set.of(), twice.changed());
      assertEquals(ExitReport.UNREG, twice.second().kind(), () -> twice.second().line());
      assertTrue(twice.bursts() > 0);
      assertEquals(0, twice.conservation());
    }
    guest.assertKernelLogClean();
  }

  private static SchedulerConfig config(long hotplugSeq) {
    return new SchedulerConfig(
        "again", 20_000_000, 1_000_000, false, false, false, 0, false, 5000, hotplugSeq, 100);
  }

  @Test
  void cpuThatCameOrWentBeforeTheAttachMeansARestart() {
    long another = SchedExt.host().hotplugSeq().orElseThrow() + 1;
    AtomicInteger told = new AtomicInteger();
    try (KernelRunner runner = new KernelRunner()) {
      Topology topology = TopologyReader.read();
      RunningReport first =
          runner.run(config(another), Fifo::new, topology, _ -> told.incrementAndGet());
      assertTrue(first.exit().isHotplug(), first.exit()::line);
      assertEquals(0, told.get());
      RunningReport second =
          runner.run(
              config(0),
              Fifo::new,
              topology,
              running -> {
                told.incrementAndGet();
                running.stop();
              });
      assertEquals(ExitReport.UNREG, second.exit().kind(), second.exit()::line);
      assertTrue(second.metrics().isConserved(), second.metrics()::conservation);
      assertEquals(1, told.get());
    }
  }

  /** In the order in which tasks came. */
  private static final class Fifo implements Policy {
    @Override
    public void enqueued(TaskView task, Dispatcher out) {
      out.dispatch(task.id(), 0, task.enqTs());
    }
  }
}
