// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** {@link Announcer}. */
class AnnouncerTest {

  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  @Test
  void listenerRunsOnceOnAnotherThread() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Runnable listener =
        () -> {
          thread.set(Thread.currentThread());
          heard.add("attached");
        };
    try (Announcer announcer = new Announcer(listener, () -> heard.add("failed"))) {
      announcer.announce();
    }
    assertEquals(List.of("attached"), heard);
    assertNotSame(Thread.currentThread(), thread.get());
  }

  @Test
  void listenerDoesNotRunIfNothingWasAttached() {
    new Announcer(() -> heard.add("attached"), () -> heard.add("failed")).close();
    assertEquals(List.of(), heard);
  }

  @Test
  void errorOfTheListenerStopsItAsWell() {
    AssertionError failure = new AssertionError("no");
    Runnable listener =
        () -> {
          throw failure;
        };
    Announcer announcer = new Announcer(listener, () -> heard.add("stopped"));
    announcer.announce();
    assertSame(failure, assertThrows(AssertionError.class, announcer::close));
    assertEquals(List.of("stopped"), heard);
  }

  @Test
  void failureOfTheListenerStopsTheSchedulerAndComesOutAtTheEnd() {
    IllegalStateException failure = new IllegalStateException("no");
    Runnable listener =
        () -> {
          throw failure;
        };
    Announcer announcer = new Announcer(listener, () -> heard.add("stopped"));
    announcer.announce();
    assertSame(failure, assertThrows(IllegalStateException.class, announcer::close));
    assertEquals(List.of("stopped"), heard);
  }
}
