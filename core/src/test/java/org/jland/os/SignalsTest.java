// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SignalsTest {
  private static final int EXIT_ON_SIGNAL = 70;
  private static final int KILLED = 128;

  /** The program in the child JVM: says that it is ready, and exits with 70 + the signal. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws InterruptedException {
      Set<Signals.Signal> all = EnumSet.allOf(Signals.Signal.class);
      Signals.Subscription subscription =
          Signals.handle(
              all, signal -> Runtime.getRuntime().halt(EXIT_ON_SIGNAL + signal.number()));
      if (arguments.length > 0) {
        subscription.close();
        subscription.close();
      }
      System.out.println("ready");
      Thread.sleep(30_000);
    }
  }

  @Test
  void signalsReachTheHandler() throws Exception {
    for (Signals.Signal signal : Signals.Signal.values()) {
      assertEquals(EXIT_ON_SIGNAL + signal.number(), statusAfter("", signal, ""));
    }
  }

  @Test
  void ignoredInterruptReachesTheHandler() throws Exception {
    assertEquals(EXIT_ON_SIGNAL + 2, statusAfter("trap '' INT TERM;", Signals.Signal.INT, ""));
    assertEquals(EXIT_ON_SIGNAL + 15, statusAfter("trap '' INT TERM;", Signals.Signal.TERM, ""));
  }

  @Test
  void interruptOfBackgroundJobReachesTheHandler() throws Exception {
    Process shell = start("", "& echo $!; wait $!");
    try (BufferedReader out = shell.inputReader()) {
      int pid = Integer.parseInt(out.readLine());
      assertEquals("ready", out.readLine());
      OsProcess.kill(pid, Signals.Signal.INT.number());
      assertTrue(shell.waitFor(20, TimeUnit.SECONDS));
      assertEquals(EXIT_ON_SIGNAL + 2, shell.exitValue());
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }

  @Test
  void ignoredHangupStaysIgnored() throws Exception {
    Process child = start("trap '' HUP; exec", "");
    try (BufferedReader out = child.inputReader()) {
      assertEquals("ready", out.readLine());
      OsProcess.kill((int) child.pid(), Signals.Signal.HUP.number());
      assertTrue(!child.waitFor(300, TimeUnit.MILLISECONDS), "nohup must keep the child alive");
      OsProcess.kill((int) child.pid(), Signals.Signal.TERM.number());
      assertTrue(child.waitFor(20, TimeUnit.SECONDS));
      assertEquals(EXIT_ON_SIGNAL + 15, child.exitValue());
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void closedSubscriptionGivesTheJvmsHandlerBack() throws Exception {
    assertEquals(KILLED + 15, statusAfter("", Signals.Signal.TERM, "close"));
  }

  private static int statusAfter(String prologue, Signals.Signal signal, String arguments)
      throws Exception {
    Process child = start(prologue + " exec", arguments);
    try (BufferedReader out = child.inputReader()) {
      assertEquals("ready", out.readLine());
      OsProcess.kill((int) child.pid(), signal.number());
      assertTrue(child.waitFor(20, TimeUnit.SECONDS), signal + " had no effect");
      return child.exitValue();
    } finally {
      child.destroyForcibly();
    }
  }

  private static Process start(String before, String after) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String command =
        String.join(
            " ",
            before,
            quote(java),
            "-XX:TieredStopAtLevel=1 -XX:-UsePerfData --enable-native-access=ALL-UNNAMED -cp",
            quote(classPath()),
            quote(Child.class.getName()),
            after);
    // Under nohup the tests themselves have it ignored.
    return new ProcessBuilder("env", "--default-signal=HUP", "sh", "-c", command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Where the two classes come from, whether this test runs on a module path or a class path. */
  private static String classPath() {
    return location(Signals.class) + ":" + location(Child.class);
  }

  private static String location(Class<?> type) {
    return Path.of(
            java.net.URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  private static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
