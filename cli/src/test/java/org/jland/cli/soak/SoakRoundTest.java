// SPDX-License-Identifier: Apache-2.0
package org.jland.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakRoundTest {
  private static List<SoakRound> rounds(long seed, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(n -> SoakRound.draw(seed, n)).toList();
  }

  @Test
  void sameSeedGivesTheSameRoundsInAnyOrder() {
    assertEquals(rounds(7, 50), rounds(7, 50));
    assertEquals(rounds(7, 50).get(41), SoakRound.draw(7, 42));
    assertNotEquals(rounds(7, 50), rounds(8, 50));
  }

  @Test
  void everyLoadFaultAndOptionComesUpInANight() {
    Set<SoakLoad> loads = EnumSet.noneOf(SoakLoad.class);
    Set<SoakFault> faults = EnumSet.noneOf(SoakFault.class);
    Set<List<String>> options = new HashSet<>();
    for (SoakRound round : rounds(1, 600)) {
      loads.addAll(round.loads());
      faults.addAll(round.faults());
      options.add(round.options());
    }
    assertEquals(EnumSet.allOf(SoakLoad.class), loads);
    assertEquals(EnumSet.allOf(SoakFault.class), faults);
    assertTrue(options.size() > 5, options::toString);
  }

  @Test
  void roundsAreShortAndNeverIdle() {
    for (SoakRound round : rounds(3, 200)) {
      assertFalse(round.loads().isEmpty(), round::line);
      assertTrue(round.seconds() >= 20 && round.seconds() <= 60, round::line);
    }
  }

  @Test
  void whatComesAndGoesIsNoLeak() {
    SoakMachine.Footprint start = new SoakMachine.Footprint(30, 20, 150_000);
    assertFalse(new SoakMachine.Footprint(34, 22, 160_000).exceeds(start));
    assertTrue(new SoakMachine.Footprint(60, 20, 150_000).exceeds(start));
    assertTrue(new SoakMachine.Footprint(30, 40, 150_000).exceeds(start));
    assertTrue(new SoakMachine.Footprint(30, 20, 250_000).exceeds(start));
  }
}
