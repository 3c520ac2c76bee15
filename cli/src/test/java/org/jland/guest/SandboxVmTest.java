// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.stats.StatsClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scheduler keeps of root's power, and with how little it starts. */
class SandboxVmTest {
  /** CAP_IPC_LOCK, CAP_PERFMON, CAP_BPF. */
  private static final String THREE = "000000c000004000";

  private static final String TWO = "000000c000000000";
  private static final Pattern WRITABLE = Pattern.compile("^([0-9a-f]+)-([0-9a-f]+) rw.p ");
  private static final Path MEMO = Path.of("/run/jland/compact_unevictable_allowed");

  private static final String HOSTILE =
      """
      import java.net.StandardProtocolFamily;
      import java.nio.channels.SocketChannel;
      import org.jland.app.SchedulerApp;
      import org.jland.policy.Dispatcher;
      import org.jland.policy.Policy;
      import org.jland.policy.PolicyContext;
      import org.jland.policy.TaskView;

      public final class Hostile implements Policy {
        private boolean tried;

        interface Attempt {
          void make() throws Exception;
        }

        @Override
        public void init(PolicyContext context) {
          attack("init");
        }

        @Override
        public void enqueued(TaskView task, Dispatcher out) {
          out.dispatch(task.id(), 0, task.enqTs());
          if (!tried) {
            tried = true;
            attack("enqueued");
            new Thread(() -> attack("thread")).start();
          }
        }

        private static void attack(String where) {
          attempt(where + " exec", () -> new ProcessBuilder("/bin/true").start());
          attempt(where + " inet", () -> SocketChannel.open(StandardProtocolFamily.INET));
          attempt(where + " inet6", () -> SocketChannel.open(StandardProtocolFamily.INET6));
          attempt(where + " kill", () -> kill());
        }

        private static void kill() {
          if (!ProcessHandle.of(victim).orElseThrow().destroy()) {
            throw new IllegalStateException("not killed");
          }
        }

        private static long victim;

        private static void attempt(String what, Attempt attempt) {
          try {
            attempt.make();
            System.err.println(what + ": done");
          } catch (Exception e) {
            System.err.println(what + ": refused");
          }
        }

        public static void main(String[] args) {
          victim = Long.parseLong(System.getenv("VICTIM"));
          System.exit(SchedulerApp.of("scx_jlhostile", config -> new Hostile()).run(args));
        }
      }
      """;

  @RegisterExtension final Guest guest = new Guest();
  @TempDir Path temp;

  @Test
  void noThreadKeepsMoreThanALoadNeedsAndItSchedules() throws IOException {
    Scheduler scheduler = guest.attachAsShipped("scx_jland");
    assertEquals(Set.of(THREE), statuses(scheduler, "CapPrm"));
    assertEquals(Set.of(THREE), statuses(scheduler, "CapEff"));
    assertEquals(Set.of("2"), statuses(scheduler, "Seccomp"));
    assertEquals(Set.of("1"), statuses(scheduler, "NoNewPrivs"));
    assertTrue(Files.exists(MEMO));

    try (StatsClient stats = scheduler.stats()) {
      stats.stats();
      guest.run("stress-ng", "--fork", "2", "--cpu", "4", "--timeout", "3");
      Metrics metrics = stats.stats();
      assertTrue(metrics.get(Metric.NR_USER_DISPATCHES) > 20, metrics::toString);
    }
    assertEquals(Set.of(THREE), statuses(scheduler, "CapPrm"));

    scheduler.stop();
    assertEquals(0, scheduler.pageFaults(), scheduler::output);
    assertFalse(scheduler.output().contains("warning"), scheduler::output);
    assertFalse(Files.exists(MEMO));
    assertFalse(Files.exists(Scheduler.SOCKET));
  }

  /** A guest of two nodes, where the kernel would unmap pages to see who touches them. */
  @Test
  @Tag("newest")
  void numaBalancingLeavesItsMemoryAlone() throws IOException {
    assertEquals("1", Files.readString(Path.of("/proc/sys/kernel/numa_balancing")).strip());
    Scheduler scheduler = guest.attach("scx_jland");
    Path process = Path.of("/proc", String.valueOf(scheduler.program().pid()));
    Map<String, String> policies =
        Files.readAllLines(process.resolve("numa_maps")).stream()
            .map(line -> line.split(" "))
            .collect(Collectors.toMap(fields -> fields[0], fields -> fields[1]));
    long local = 0;
    long other = 0;
    for (String line : Files.readAllLines(process.resolve("maps"))) {
      Matcher mapping = WRITABLE.matcher(line);
      if (mapping.find()) {
        long bytes =
            Long.parseUnsignedLong(mapping.group(2), 16)
                - Long.parseUnsignedLong(mapping.group(1), 16);
        if (policies.getOrDefault(mapping.group(1), "").equals("local")) {
          local += bytes;
        } else {
          other += bytes;
        }
      }
    }
    System.out.println("measured: left alone " + (local >> 10) + " KiB, not " + (other >> 10));
    // What was mapped after the memory was locked: stacks of threads, above all.
    assertTrue(other < local / 10, local + ", " + other);
    scheduler.stop();
  }

  @Test
  @Tag("newest")
  void withoutTheSandboxAllIsAsRootHasIt() throws IOException {
    Scheduler scheduler = guest.attach("scx_jland", "--no-sandbox");

    assertEquals(Set.of(own("CapPrm")), statuses(scheduler, "CapPrm"));
    assertEquals(Set.of("0"), statuses(scheduler, "Seccomp"));
    scheduler.stop();
  }

  @Test
  @Tag("newest")
  void hostilePolicyNeitherStartsProgramsNorUsesTheNetworkNorKills() throws IOException {
    Path source = Files.writeString(temp.resolve("Hostile.java"), HOSTILE);
    Program victim = guest.start("sleep", "3600");
    victim.mayFail(); // it is ended before its time
    Scheduler scheduler =
        new Scheduler(
            guest.start(
                "env",
                "VICTIM=" + victim.pid(),
                InstalledPackage.quick().resolve("bin/jland").toString(),
                "run",
                source.toString()));
    scheduler.program().mayFail();
    scheduler.awaitAttached();

    assertTrue(
        Wait.until(Guest.PATIENCE, () -> scheduler.output().contains("thread kill: ")),
        scheduler::output);
    assertFalse(scheduler.output().contains(": done"), scheduler::output);
    for (String what : List.of("exec", "inet", "inet6", "kill")) {
      for (String where : List.of("init", "enqueued", "thread")) {
        String line = where + " " + what + ": refused";
        assertTrue(scheduler.output().contains(line), scheduler::output);
      }
    }
    assertTrue(victim.isAlive());
    scheduler.stop();
  }

  @Test
  @Tag("newest")
  void twoCapabilitiesAndTheRightToLockMemoryAreEnough() throws IOException {
    Scheduler scheduler =
        scheduler("prlimit", "--memlock=unlimited", "setpriv", "--bounding-set=-all,+bpf,+perfmon");
    scheduler.awaitAttached();

    assertEquals(Set.of(TWO), statuses(scheduler, "CapPrm"));
    scheduler.stop();
    assertFalse(scheduler.output().contains("warning"), scheduler::output);
  }

  @ParameterizedTest
  @Tag("newest")
  @ValueSource(strings = {"-all,+bpf,+ipc_lock", "-all,+perfmon,+ipc_lock", "-all,+bpf,+perfmon"})
  void withOneLessItIsRefusedInOneLine(String bounds) throws IOException {
    Scheduler scheduler =
        scheduler("prlimit", "--memlock=65536:65536", "setpriv", "--bounding-set=" + bounds);

    assertEquals(1, scheduler.awaitEnd(), scheduler::output);
    assertEquals(1, scheduler.output().lines().count(), scheduler::output);
    String missing = bounds.contains("ipc_lock") ? "no permission to load" : "may lock only";
    assertTrue(scheduler.output().contains(missing), scheduler::output);
    assertEquals("disabled", Guest.state());
  }

  /** The kernel lets only root change vm.compact_unevictable_allowed, whatever capabilities. */
  @Test
  @Tag("newest")
  void anotherUserWithThreeCapabilitiesSchedulesTheMachine() throws IOException {
    Path folder = Files.createDirectory(Path.of("/run/jland-user"));
    try {
      guest.run("chown", "1000:1000", folder.toString());
      String three = "-all,+bpf,+perfmon,+ipc_lock";
      Scheduler scheduler =
          scheduler(
              "setpriv",
              "--reuid=1000",
              "--regid=1000",
              "--clear-groups",
              "--bounding-set=" + three,
              "--inh-caps=" + three,
              "--ambient-caps=" + three);
      scheduler.awaitAttached();

      assertEquals(Set.of(THREE), statuses(scheduler, "CapPrm"));
      scheduler.stop();
      assertTrue(
          scheduler.output().contains("warning: can't set vm.compact_unevictable_allowed=0"),
          scheduler::output);
      assertEquals(0, scheduler.pageFaults(), scheduler::output);
    } finally {
      Files.delete(folder);
    }
  }

  /** Starts scx_jland, with a socket that every user here may make, by another program. */
  private Scheduler scheduler(String... by) throws IOException {
    List<String> command = new ArrayList<>(List.of(by));
    command.add(InstalledPackage.quick().resolve("bin/scx_jland").toString());
    boolean otherUser = command.contains("--reuid=1000");
    if (otherUser) {
      command.addAll(List.of("--stats-socket", "/run/jland-user/stats"));
    }
    Scheduler scheduler = new Scheduler(guest.start(command.toArray(String[]::new)));
    scheduler.program().mayFail();
    return scheduler;
  }

  /** The values that a field of {@code status} has in the threads of a scheduler. */
  private static Set<String> statuses(Scheduler scheduler, String field) throws IOException {
    Set<String> values = new TreeSet<>();
    Path tasks = Path.of("/proc/" + scheduler.program().pid() + "/task");
    try (Stream<Path> threads = Files.list(tasks)) {
      for (Path thread : threads.toList()) {
        try {
          values.add(value(thread, field));
        } catch (NoSuchFileException e) {
          // It has ended.
        }
      }
    }
    return values;
  }

  private static String own(String field) throws IOException {
    return value(Path.of("/proc/self"), field);
  }

  private static String value(Path process, String field) throws IOException {
    return Files.readAllLines(process.resolve("status")).stream()
        .filter(line -> line.startsWith(field + ":"))
        .findFirst()
        .orElseThrow()
        .replaceAll(".*\\s", "");
  }
}
