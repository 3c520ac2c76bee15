// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jland.os.LockedMemory;
import org.jland.topology.FakeSys;
import org.junit.jupiter.api.Test;

class HostCheckTest extends AppFixture {

  @Test
  void aKernelWithoutSchedExtIsNamedWithTheFix() throws IOException {
    Files.delete(sys.root().resolve("kernel/sched_ext/state"));
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "CONFIG_SCHED_CLASS_EXT=y");
  }

  @Test
  void missingPrivilegesAreNamedWithTheFix() {
    new FakeSys(dir.resolve("proc")).file("self/status", "CapEff:\t0000000000000000");
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "run as root");
  }

  @Test
  void aContainerWithItsOwnPidsIsNamedWithTheFix() throws IOException {
    Path namespaces = Files.createDirectories(dir.resolve("proc/self/ns"));
    Files.createSymbolicLink(namespaces.resolve("pid"), Path.of("pid:[4026532001]"));
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "--pid=host");
  }

  @Test
  void bpfCapabilitiesReplaceRoot() {
    // CAP_IPC_LOCK, CAP_PERFMON, CAP_BPF
    new FakeSys(dir.resolve("proc")).file("self/status", "CapEff:\t000000c000004000");
    assertEquals(0, run());
  }

  @Test
  void anAttachedSchedulerIsNamedWithTheFix() {
    sys.file("kernel/sched_ext/state", "enabled").file("kernel/sched_ext/root/ops", "bpfland_1.1");
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "another scheduler is attached (bpfland_1.1): stop it first");
  }

  @Test
  void aSchedulerThatIsJustLeavingIsWaitedFor() {
    sys.file("kernel/sched_ext/state", "disabling");
    Thread.ofPlatform()
        .start(() -> {
          try {
            Thread.sleep(100);
          } catch (InterruptedException e) {
            return;
          }
          sys.file("kernel/sched_ext/state", "disabled");
        });
    assertEquals(0, run());
  }

  @Test
  void aMemlockLimitThatIsTooLowIsNamedWithTheFix() {
    HostCheck check = new HostCheck(sys.root(), dir.resolve("proc"));
    new FakeSys(dir.resolve("proc")).file("self/status", "CapEff:\t0000000000200000");
    String message =
        assertThrows(
                StartException.class, () -> check.check(new LockedMemory.Limit(8 << 20, 8 << 20)))
            .getMessage();
    assertTrue(message.contains("8192 KiB") && message.contains("ulimit -l unlimited"), message);
  }

  @Test
  void aStatsFolderThatCannotBeWrittenIsNamedAndNothingStarts() {
    socket = "/proc/jland/stats";
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "--stats-socket");
  }

  @Test
  void aDamagedTopologyIsNamed() {
    sys.online("zebra");
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "cpu/online has no CPU list");
  }

  @Test
  void moreCpusThanSupportedAreRefused() {
    sys.possible("0-1024");
    assertEquals(SchedulerApp.FAILED, run());
    assertRefused(1, "supports 1024 CPUs");
  }
}
