// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jland.bpf.SchedExt;
import org.jland.cli.soak.KernelTrouble;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The guest that a test runs in, as root. Register it as {@code @RegisterExtension final Guest
 * guest = new Guest();}: whatever the test starts through it is ended after the test; then the
 * default scheduler must be back, the kernel's log clean and the settings as before. If the test
 * fails, {@code /artefacts/failed/TEST} gets the kernel's log and all output.
 */
public final class Guest implements BeforeEachCallback, AfterEachCallback {
  /** Emulation is slow: a JVM takes seconds to start. */
  static final Duration PATIENCE = Duration.ofSeconds(300);

  private static final Path ARTEFACTS = Path.of("/artefacts/failed");
  private static final Path COMPACTION = Path.of("/proc/sys/vm/compact_unevictable_allowed");
  private final Deque<Program> programs = new ArrayDeque<>();
  private KernelLog log;
  private Path folder;
  private String compaction;
  private boolean evictionExpected;
  private boolean outOfMemoryExpected;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    String name = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
    folder = Files.createTempDirectory("jland-test");
    folder.toFile().deleteOnExit();
    log = KernelLog.mark(name);
    compaction = Files.readString(COMPACTION);
    evictionExpected = false;
    outOfMemoryExpected = false;
    assertEquals("disabled", state(), "a scheduler is attached before the test");
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    Throwable failure = context.getExecutionException().orElse(null);
    Throwable atEnd = closePrograms();
    if (failure == null && atEnd == null) {
      try {
        checkNothingIsLeft();
      } catch (Exception | AssertionError e) {
        atEnd = e;
      }
    }
    if (failure != null || atEnd != null) {
      save(context, failure != null ? failure : atEnd);
    }
    if (failure == null && atEnd != null) {
      throw new AssertionError(atEnd.getMessage(), atEnd);
    }
  }

  /** Ends all programs, whatever happens: the next test wants a quiet machine. */
  private Throwable closePrograms() {
    Throwable first = null;
    while (!programs.isEmpty()) {
      try {
        programs.pop().close();
      } catch (Exception | AssertionError e) {
        first = first == null ? e : first;
      }
    }
    return first;
  }

  /**
   * Starts a scheduler and waits until it is attached. It is of {@link InstalledPackage#quick}: for
   * what depends on speed use {@link #attachAsShipped}.
   */
  Scheduler attach(String name, String... options) throws IOException {
    Scheduler scheduler = startScheduler(name, Map.of(), options);
    scheduler.awaitAttached();
    return scheduler;
  }

  /** Starts a scheduler with the JVM that users get, and waits until it is attached. */
  Scheduler attachAsShipped(String name, String... options) throws IOException {
    return attachAsShipped(name, Map.of(), options);
  }

  /** The same with environment variables, for a JVM that tells what it does. */
  Scheduler attachAsShipped(String name, Map<String, String> environment, String... options)
      throws IOException {
    Scheduler scheduler = start(InstalledPackage.HOME, name, environment, options);
    scheduler.awaitAttached();
    return scheduler;
  }

  /** Starts a scheduler that is a class of the tests, in a process of its own, and waits for it. */
  Scheduler attachOwn(Class<?> main) throws IOException {
    return attachOwn(main, List.of("-XX:TieredStopAtLevel=1"));
  }

  /** The same with the JVM that users get, and options for it. */
  Scheduler attachOwnAsShipped(Class<?> main, String... jvmOptions) throws IOException {
    return attachOwn(main, List.of(jvmOptions));
  }

  private Scheduler attachOwn(Class<?> main, List<String> jvmOptions) throws IOException {
    List<String> command = new ArrayList<>(List.of("java", "@/opt/jland/lib/jvm.options"));
    command.addAll(jvmOptions);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", "/payload/guest-tests/*:/opt/jland/lib/*", main.getName()));
    Scheduler scheduler = new Scheduler(start(command, Map.of()));
    scheduler.program().mayFail();
    scheduler.awaitAttached();
    return scheduler;
  }

  /** Starts a scheduler, to attach or not. */
  Scheduler startScheduler(String name, Map<String, String> environment, String... options)
      throws IOException {
    return start(InstalledPackage.quick(), name, environment, options);
  }

  private Scheduler start(
      Path home, String name, Map<String, String> environment, String... options)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin").resolve(name).toString()));
    command.addAll(List.of(options));
    Scheduler scheduler = new Scheduler(start(command, environment));
    scheduler.program().mayFail();
    return scheduler;
  }

  /** Starts a program that goes on until it ends by itself or the test is over. */
  Program start(String... command) throws IOException {
    return start(List.of(command), Map.of());
  }

  /** Runs a program to its end, which must be a good one; returns its standard output. */
  String run(String... command) throws IOException {
    return run(PATIENCE, command);
  }

  /** As {@link #run(String...)}, with another limit of time. */
  String run(Duration patience, String... command) throws IOException {
    Program program = start(command);
    int status = program.await(patience);
    assertEquals(0, status, () -> String.join(" ", command) + " failed:\n" + program.output());
    programs.remove(program);
    return program.output();
  }

  /** The test evicts a scheduler: what the kernel says about that is not held against it. */
  void expectEviction() {
    evictionExpected = true;
  }

  /** The test exhausts the memory: the kernel shows a stack when it kills for that. */
  void expectOutOfMemory() {
    outOfMemoryExpected = true;
  }

  /** The state of sched_ext. */
  static String state() {
    return SchedExt.host().state().orElse("none");
  }

  /** Fails if the kernel complained about anything since the test began. */
  void assertKernelLogClean() throws IOException {
    List<String> trouble =
        KernelTrouble.complaints(log.lines()).stream()
            .filter(line -> !(outOfMemoryExpected && line.contains("Call Trace")))
            .toList();
    assertEquals(List.of(), trouble, "the kernel complains");
    if (!evictionExpected) {
      assertEquals(
          List.of(), KernelTrouble.evictions(log.lines()), "the kernel evicted a scheduler");
    }
  }

  private Program start(List<String> command, Map<String, String> environment) throws IOException {
    Program program =
        Program.start(command, environment, folder.resolve("output-" + programs.size()));
    programs.push(program);
    return program;
  }

  private void checkNothingIsLeft() throws IOException {
    assertTrue(
        Wait.until(PATIENCE, () -> state().equals("disabled")),
        () -> "the default scheduler is not back: " + state());
    assertEquals(compaction, Files.readString(COMPACTION), COMPACTION + " is not restored");
    assertKernelLogClean();
  }

  private void save(ExtensionContext context, Throwable failure) throws IOException {
    Path to =
        Files.createDirectories(
            ARTEFACTS.resolve(
                context.getRequiredTestClass().getSimpleName()
                    + "."
                    + context.getRequiredTestMethod().getName()));
    Files.write(to.resolve("dmesg.log"), log.lines());
    Files.writeString(
        to.resolve("failure.txt"),
        failure + System.lineSeparator() + "sched_ext: " + state() + System.lineSeparator());
    try (var outputs = Files.list(folder)) {
      for (Path output : outputs.toList()) {
        Files.copy(output, to.resolve(output.getFileName() + ".log"));
      }
    }
  }
}
