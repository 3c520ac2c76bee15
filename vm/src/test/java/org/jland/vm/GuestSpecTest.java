// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestSpecTest {
  private static final GuestSpec SPEC = GuestSpec.of(List.of("true"));

  @Test
  void topologyIsReadInAnyOrderWithOneNodePerSocket() {
    assertEquals(new Topology(2, 3, 2, 2), Topology.parse("threads=2,sockets=2,cores=3"));
    assertEquals(new Topology(2, 1, 1, 1), Topology.parse("sockets=2,nodes=1"));
    assertEquals(12, Topology.parse("threads=2,sockets=2,cores=3").cpus());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2",
        "cores",
        "cores=",
        "cores=x",
        "cores=-1",
        "cores=0",
        "sockets=0",
        "dies=2",
        "cores=2,",
        "cores=2=3",
        "sockets=3,nodes=2",
        "cores=256",
        "cores=99999999999"
      })
  void unusableTopologyIsRefusedInOneLine(String text) {
    GuestException failure = assertThrows(GuestException.class, () -> Topology.parse(text));
    assertEquals(GuestException.Kind.SETUP, failure.kind());
    assertEquals(1, failure.getMessage().lines().count());
  }

  @Test
  void clocksAreKnownByName() {
    assertEquals(Clock.SINGLE, Clock.parse("single"));
    assertEquals(Clock.INSTRUCTIONS, Clock.parse("instructions"));
    GuestException failure = assertThrows(GuestException.class, () -> Clock.parse("multi"));
    assertTrue(failure.getMessage().contains("single or instructions"), failure.getMessage());
  }

  @Test
  void tooLittleMemoryIsRefused() {
    assertThrows(GuestException.class, () -> SPEC.withMemoryMib(16));
  }

  @Test
  void timeoutOfNothingIsRefused() {
    assertThrows(GuestException.class, () -> SPEC.withTimeout(Duration.ZERO));
    assertThrows(GuestException.class, () -> SPEC.withTimeout(Duration.ofSeconds(-1)));
  }
}
