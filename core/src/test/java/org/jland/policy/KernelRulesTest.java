// SPDX-License-Identifier: Apache-2.0
package org.jland.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** What a policy may ask of the kernel side. */
class KernelRulesTest {

  @Test
  void aPolicyKeepsNoTaskForLongUnlessItSaysSo() {
    assertEquals(0, KernelRules.NONE.maxHoldNs());
    assertEquals(0, new KernelRules(true, 2, 3).maxHoldNs());
  }

  @Test
  void askingForMoreTimeChangesNothingElse() {
    assertEquals(new KernelRules(true, 2, 3, 400), new KernelRules(true, 2, 3).withMaxHold(400));
  }

  @Test
  void negativeTimesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> KernelRules.NONE.withMaxHold(-1));
    assertThrows(IllegalArgumentException.class, () -> new KernelRules(false, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> new KernelRules(false, 0, -1));
  }
}
