// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jland.bpf.SchedExt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A user's own scheduler. */
class RunVmTest {
  private static final String SOURCE =
      """
      import org.jland.app.SchedulerApp;
      import org.jland.policy.Dispatcher;
      import org.jland.policy.Policy;
      import org.jland.policy.TaskView;

      public final class MyScheduler implements Policy {
        private long arrivals;

        @Override
        public void enqueued(TaskView task, Dispatcher out) {
          out.dispatch(task.id(), 0, ++arrivals);
        }

        public static void main(String[] args) {
          System.exit(SchedulerApp.of("scx_mine", config -> new MyScheduler()).run(args));
        }
      }
      """;

  @RegisterExtension final Guest guest = new Guest();
  @TempDir Path temp;

  @Test
  @Tag("newest")
  void sourceFileBecomesTheMachinesScheduler() throws IOException {
    Path source = Files.writeString(temp.resolve("MyScheduler.java"), SOURCE);

    Scheduler scheduler = guest.attach("jland", "run", source.toString());

    assertTrue(SchedExt.host().attachedOps().orElse("").startsWith("mine"), scheduler::output);
    guest.run("stress-ng", "--fork", "2", "--timeout", "2");
    scheduler.stop();
    assertEquals("disabled", Guest.state());
  }

  @Test
  @Tag("newest")
  void sourceThatDoesNotCompileAttachesNothing() throws IOException {
    Path source = Files.writeString(temp.resolve("Broken.java"), "class Broken { int }");

    Program run = guest.start("/opt/jland/bin/jland", "run", source.toString());
    run.mayFail();

    assertEquals(1, run.await(Guest.PATIENCE), run::output);
    assertTrue(run.output().contains("does not compile"), run::output);
    assertEquals("disabled", Guest.state());
  }
}
