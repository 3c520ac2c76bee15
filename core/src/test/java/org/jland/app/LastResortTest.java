// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LastResortTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final FakeRunningScheduler scheduler = new FakeRunningScheduler(new CountDownLatch(1));
  private final StopRequest stop = new StopRequest();
  private int ended;
  private final LastResort lastResort =
      new LastResort(
          "scx_test",
          stop,
          Thread.currentThread(),
          new PrintStream(bytes, true, StandardCharsets.UTF_8),
          () -> ended++);

  private void look(FakeRunningScheduler attached, int times) {
    for (int i = 0; i < times; i++) {
      lastResort.look(attached);
    }
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aSchedulerThatRunsIsLeftAlone() {
    look(null, 10 * LastResort.LOOKS_STARTING);
    look(scheduler, 10 * LastResort.LOOKS_ATTACHED);
    assertEquals(0, ended);
    assertEquals("", text());
  }

  @Test
  void aPolicyThatDoesNotReturnAfterTheEndIsNamedWithItsStackAndEnded() {
    scheduler.over = true;
    look(scheduler, LastResort.LOOKS_ATTACHED - 1);
    assertEquals(0, ended);

    look(scheduler, 1);

    assertEquals(1, ended);
    assertEquals(0, scheduler.stopped.getCount());
    assertTrue(text().contains("the policy org.example.MyPolicy does not return"), text());
    assertTrue(text().contains("LastResortTest.look("), text());
    assertTrue(text().contains("queued 0 = dispatched 0"), text());
  }

  @Test
  void aStartThatDoesNotReturnIsEndedToo() {
    stop.request();
    look(null, LastResort.LOOKS_STARTING);
    assertEquals(1, ended);
    assertTrue(text().contains("its start does not return"), text());
  }
}
