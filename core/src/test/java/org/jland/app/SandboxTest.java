// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.jland.os.Capabilities.Capability;
import org.junit.jupiter.api.Test;

/** What is kept; that it is enough, and that the rest goes, is SandboxVmTest's business. */
class SandboxTest {

  @Test
  void rootKeepsThreeCapabilities() {
    assertEquals(
        EnumSet.of(Capability.BPF, Capability.PERFMON, Capability.IPC_LOCK),
        Sandbox.needed(EnumSet.allOf(Capability.class)));
  }

  @Test
  void sysAdminIsKeptOnlyWhereItStandsInForAnother() {
    Set<Capability> both = EnumSet.of(Capability.BPF, Capability.PERFMON);
    assertFalse(Sandbox.needed(both).contains(Capability.SYS_ADMIN));
    for (Capability other : both) {
      Set<Capability> without = EnumSet.of(other, Capability.SYS_ADMIN);
      assertTrue(Sandbox.needed(without).contains(Capability.SYS_ADMIN));
    }
  }
}
