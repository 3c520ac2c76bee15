// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One run of a guest, from its drives to its artefacts. Belongs to the thread that runs it. */
final class Guest {
  private static final int MAX_BOOTS = 3;
  private static final long ARTEFACTS_MIB = 2048;
  private static final long PAYLOAD_SPARE_MIB = 64;

  private final GuestSpec spec;
  private final Kernel kernel;
  private final Path rootDisk;
  private final Accelerator accelerator;
  private final Path directory;

  private Guest(
      GuestSpec spec, Kernel kernel, Path rootDisk, Accelerator accelerator, Path directory) {
    this.spec = spec;
    this.kernel = kernel;
    this.rootDisk = rootDisk;
    this.accelerator = accelerator;
    this.directory = directory;
  }

  /**
   * Boots, runs the command, brings everything back.
   *
   * @param emulator the words that start the emulator
   * @param out gets the command's standard output as it comes, on a thread of its own
   * @param err gets its standard error, likewise
   * @throws GuestException if the command's status did not come back
   * @throws IOException if a host file can't be read or written
   */
  static GuestResult run(
      GuestSpec spec,
      List<String> emulator,
      Kernel kernel,
      Path rootDisk,
      Accelerator accelerator,
      OutputStream out,
      OutputStream err)
      throws IOException {
    for (int attempt = 0; attempt < MAX_BOOTS; attempt++) {
      Path directory = Files.createTempDirectory("jland-vm");
      try (var _ = ExitActions.register(() -> FileTree.deleteQuietly(directory))) {
        Guest guest = new Guest(spec, kernel, rootDisk, accelerator, directory);
        Optional<GuestResult> result = guest.attempt(emulator, out, err);
        if (result.isPresent()) {
          return result.get();
        }
      }
    }
    throw new GuestException(
        GuestException.Kind.DIED,
        "the guest's clock ran wrong in " + MAX_BOOTS + " boots; let the host have less to do");
  }

  /** One boot; empty if it was no good and the command was not started. */
  private Optional<GuestResult> attempt(List<String> emulator, OutputStream out, OutputStream err)
      throws IOException {
    writeDrives();
    StatusReport report = new StatusReport(accelerator != Accelerator.TCG_INSTRUCTIONS);
    long startNs = System.nanoTime();
    boolean ended = emulate(emulator, report, out, err);
    Duration total = Duration.ofNanos(System.nanoTime() - startNs);
    if (report.refused()) {
      return Optional.empty();
    }
    collect();
    int status = report.exit().orElseThrow(() -> failure(ended));
    return Optional.of(
        new GuestResult(
            status, kernel.version(), accelerator, report.boot(), report.guestBoot(), total));
  }

  private void writeDrives() throws IOException {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Path ours = Files.createDirectory(tree.resolve(".jland"));
    Files.writeString(ours.resolve("fstab"), Resources.text("fstab"));
    script(ours.resolve("init"), Resources.text("init"));
    if (spec.command().isEmpty()) {
      Files.writeString(ours.resolve("terminal"), Terminal.sttyArguments());
    } else {
      script(ours.resolve("command"), ShellWords.script(spec.command()));
    }
    Path opt = Files.createDirectory(ours.resolve("opt"));
    if (spec.distribution().isPresent()) {
      unpack(spec.distribution().get(), opt);
    }
    for (Path path : spec.payload()) {
      requireExists(path);
      FileTree.copy(path, tree.resolve(path.toRealPath().getFileName()));
    }
    Drive.write(directory.resolve(QemuCommand.PAYLOAD_DRIVE), tree, PAYLOAD_SPARE_MIB);
    FileTree.delete(tree);
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Drive.write(directory.resolve(QemuCommand.ARTEFACTS_DRIVE), empty, ARTEFACTS_MIB);
  }

  private void unpack(Path distribution, Path to) throws IOException {
    requireExists(distribution);
    if (Files.isDirectory(distribution)) {
      FileTree.copy(distribution, to);
      return;
    }
    HostProcess.require(
        "unpacking " + distribution,
        to,
        List.of(
            HostTool.TAR.require(),
            "-xf",
            distribution.toAbsolutePath().toString(),
            "--strip-components=1",
            "--no-same-owner"));
  }

  /** Runs the emulator to its end, or to the time limit: then the answer is false. */
  private boolean emulate(
      List<String> emulator, StatusReport report, OutputStream out, OutputStream err)
      throws IOException {
    boolean interactive = spec.command().isEmpty();
    List<GuestChannel> channels = new ArrayList<>();
    try {
      GuestChannel status = channel("status", report);
      channels.add(status);
      report.answerThrough(status);
      if (!interactive) {
        channels.add(channel("stdout", out));
        channels.add(channel("stderr", err));
      }
      ProcessBuilder builder =
          new ProcessBuilder(
                  new QemuCommand(spec, kernel.image(), rootDisk, accelerator).words(emulator))
              .directory(directory.toFile())
              .redirectInput(interactive ? Redirect.INHERIT : Redirect.from(devNull()))
              .redirectOutput(interactive ? Redirect.INHERIT : Redirect.DISCARD)
              .redirectError(emulatorLog().toFile());
      builder.environment().put("TMPDIR", directory.toString()); // for the root disk's snapshot
      Process process = builder.start();
      boolean ended;
      try (var _ = ExitActions.register(() -> HostProcess.stop(process))) {
        ended = process.waitFor(spec.timeout().toNanos(), TimeUnit.NANOSECONDS);
      }
      for (GuestChannel channel : channels) {
        channel.drain();
      }
      return ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestException(GuestException.Kind.DIED, "interrupted; the guest was killed", e);
    } finally {
      for (GuestChannel channel : channels) {
        channel.close();
      }
    }
  }

  private GuestChannel channel(String name, OutputStream to) throws IOException {
    return new GuestChannel(directory.resolve(QemuCommand.socket(name)), to);
  }

  private void collect() throws IOException {
    if (spec.artefacts().isPresent()) {
      Path to = Files.createDirectories(spec.artefacts().get());
      Drive.read(directory.resolve(QemuCommand.ARTEFACTS_DRIVE), to);
      if (Files.exists(consoleLog())) {
        Files.copy(
            consoleLog(), to.resolve(QemuCommand.CONSOLE_LOG), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** Why there is no status. */
  private GuestException failure(boolean ended) {
    try {
      String log = Files.exists(consoleLog()) ? Files.readString(consoleLog()) : "";
      String where = "; its kernel log is " + keepConsoleLog();
      Optional<String> panic = log.lines().filter(l -> l.contains("Kernel panic")).findFirst();
      if (panic.isPresent()) {
        return new GuestException(
            GuestException.Kind.PANIC, "the guest's kernel panicked: " + panic.get() + where);
      }
      if (!ended) {
        return new GuestException(
            GuestException.Kind.TIMEOUT,
            "the guest was still running after "
                + spec.timeout().toSeconds()
                + " s and was killed"
                + where);
      }
      String words = Files.readString(emulatorLog()).strip();
      return new GuestException(
          GuestException.Kind.DIED,
          "the guest ended without a status"
              + (words.isEmpty() ? "" : " (" + words.lines().toList().getLast() + ")")
              + where);
    } catch (IOException e) {
      return new GuestException(
          GuestException.Kind.DIED, "the guest ended without a status, and its log is lost", e);
    }
  }

  private Path keepConsoleLog() throws IOException {
    if (spec.artefacts().isPresent()) {
      return spec.artefacts().get().resolve(QemuCommand.CONSOLE_LOG);
    }
    Path kept = Files.createTempFile("jland-console", ".log");
    if (Files.exists(consoleLog())) {
      Files.copy(consoleLog(), kept, StandardCopyOption.REPLACE_EXISTING);
    }
    return kept;
  }

  private Path consoleLog() {
    return directory.resolve(QemuCommand.CONSOLE_LOG);
  }

  private Path emulatorLog() {
    return directory.resolve("qemu.log");
  }

  private static File devNull() {
    return new File("/dev/null");
  }

  private static void script(Path path, String text) throws IOException {
    Files.writeString(path, text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void requireExists(Path path) {
    if (!Files.exists(path)) {
      throw GuestException.setup("there is no " + path + " to take into the guest");
    }
  }
}
