// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When a policy's faults are too many. */
class PolicyFaultsTest {

  private static final long SECOND = 1_000_000_000;
  private static final long START = 77 * SECOND;

  private final PolicyFaults faults = new PolicyFaults("test");

  private void add(int count, long firstNs, long everyNs) {
    for (int i = 0; i < count; i++) {
      faults.add(new IllegalStateException("bug " + i), firstNs + i * everyNs);
    }
  }

  @Test
  void aHundredFaultsWithinASecondAreTooMany() {
    add(99, START, SECOND / 100);
    assertFalse(faults.isGivenUp());
    add(1, START + SECOND, 0);
    assertTrue(faults.isGivenUp());
  }

  @Test
  void aFaultEvery20MsForAMinuteIsSurvived() {
    add(3000, START, SECOND / 50);
    assertFalse(faults.isGivenUp());
    assertEquals(3000, faults.count());
  }

  @Test
  void faultsOfDifferentSecondsDoNotAddUp() {
    add(99, START, 0);
    add(99, START + SECOND + 1, 0);
    assertFalse(faults.isGivenUp());
    add(1, START + 2 * SECOND, 0);
    assertTrue(faults.isGivenUp());
  }

  @Test
  void thereIsNoWayBack() {
    add(100, START, 0);
    add(1, START + 60 * SECOND, 0);
    assertTrue(faults.isGivenUp());
  }

  @Test
  void outOfMemoryIsOneTooMany() {
    faults.add(new OutOfMemoryError("heap"), START);
    assertTrue(faults.isGivenUp());
  }

  @Test
  void healthNamesThePolicyAndItsFirstFault() {
    assertEquals(new PolicyHealth("test", 0, null, false), faults.health());
    assertNull(faults.first());
    IllegalStateException first = new IllegalStateException("first");
    faults.add(first, START);
    add(99, START, 0);
    assertEquals(new PolicyHealth("test", 100, first, true), faults.health());
    assertSame(first, faults.first());
  }
}
