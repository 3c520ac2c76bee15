// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The ways in which a scheduler is told to end that {@link AttachVmTest} has not. */
@Tag("newest")
class EndVmTest {
  @RegisterExtension final Guest guest = new Guest();

  @TempDir Path folder;

  /** A shell without job control starts its background jobs with SIGINT ignored. */
  @Test
  void backgroundJobEndsInGoodOrderByCtrlCTwice() throws IOException {
    Scheduler scheduler = shell("%s & wait $!; echo \"status $?\"");
    scheduler.awaitAttached();

    for (int i = 0; i < 2; i++) {
      guest.run("pkill", "-INT", "-f", "org.jland.schedulers.ScxJland");
    }

    assertEquals(0, scheduler.awaitEnd(), scheduler::output);
    assertGoodEnd(scheduler.output());
  }

  /** Whoever holds the terminal's other end dies: SIGHUP, and nothing can be printed there. */
  @Test
  void schedulerWhoseTerminalIsClosedEndsInGoodOrder() throws IOException {
    Path report = folder.resolve("report");
    // The outer shell, which leads the session, dies; its end reaches the others.
    String command =
        "sh -c 'trap : HUP; %s 2>%s; echo \"status $?\" >>%s'; true"
            .formatted(InstalledPackage.quick().resolve("bin/scx_jland"), report, report);
    Program terminal = guest.start("script", "-qc", command, "/dev/null");
    terminal.mayFail();
    assertTrue(
        Wait.until(Guest.PATIENCE, () -> read(report).contains("attached")), () -> read(report));

    terminal.signal("KILL");

    assertTrue(
        Wait.until(Guest.PATIENCE, () -> read(report).contains("status")), () -> read(report));
    assertGoodEnd(read(report));
  }

  /** In a process of its own, which has to end. */
  @Test
  void schedulerWhosePolicyLoopsForEverSaysSoAndCanBeEnded() throws IOException {
    Scheduler scheduler = guest.attachOwn(LoopingScheduler.class);
    guest.start("stress-ng", "--cpu", "4", "--timeout", "3600").mayFail();
    assertTrue(
        Wait.until(Guest.PATIENCE, () -> scheduler.output().contains("Java has been late for")),
        scheduler::output);
    assertTrue(scheduler.output().contains("LoopingScheduler.enqueued("), scheduler::output);

    scheduler.program().signal("TERM");

    assertEquals(1, scheduler.awaitEnd(), scheduler::output);
    assertTrue(scheduler.output().contains("does not return"), scheduler::output);
    scheduler.assertConserved();
    assertEquals("disabled", Guest.state());
    assertFalse(Scheduler.SOCKET.toFile().exists());
  }

  private Scheduler shell(String command) throws IOException {
    String scheduler = InstalledPackage.quick().resolve("bin/scx_jland").toString();
    return new Scheduler(guest.start("sh", "-c", command.formatted(scheduler)));
  }

  private static void assertGoodEnd(String output) {
    assertTrue(output.contains("EXIT: "), output);
    assertTrue(output.contains("status 0"), output);
    assertTrue(output.contains("queued "), output);
    assertEquals("disabled", Guest.state());
    assertFalse(Files.exists(Scheduler.SOCKET));
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
