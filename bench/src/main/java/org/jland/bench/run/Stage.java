// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jland.bench.process.Program;

/**
 * What a workload may use of the machine: a folder, programs, the scheduler in charge. Programs
 * that a run starts are ended after it. One owner thread.
 */
final class Stage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Path folder;
  private final int cpus;
  private final Optional<KernelSource> kernelSource;
  private final Deque<Program> programs = new ArrayDeque<>();
  private Optional<Attachment> attachment = Optional.empty();
  private int nrOutputs;

  /**
   * A stage for one boot.
   *
   * @param folder exists; what is written there is small and on a disk or in memory
   * @param kernelSource where there is one
   */
  Stage(Path folder, int cpus, Optional<KernelSource> kernelSource) {
    this.folder = folder;
    this.cpus = cpus;
    this.kernelSource = kernelSource;
  }

  /** CPUs that are online. */
  int cpus() {
    return cpus;
  }

  /** Where a workload keeps what its {@code prepare} made. */
  Path folder() {
    return folder;
  }

  /** The sources of a kernel that may be built. */
  Optional<KernelSource> kernelSource() {
    return kernelSource;
  }

  /** The opponent in charge. */
  Attachment attachment() {
    return attachment.orElseThrow();
  }

  void setAttachment(Attachment inCharge) {
    attachment = Optional.of(inCharge);
  }

  /** Writes one of the suite's own files into the folder, once a boot; returns where it is. */
  Path extract(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? file : LoadPrograms.extract(name, folder);
  }

  /** Compiles one of the suite's own C programs, once a boot; returns where it is. */
  String compile(String name) throws IOException, WorkloadException, InterruptedException {
    Path program = folder.resolve(name);
    if (Files.notExists(program)) {
      Path source = extract(name + ".c");
      run("gcc", "-O2", "-pthread", "-o", program.toString(), source.toString(), "-lm");
    }
    return program.toString();
  }

  /** Runs a program to its end, which must be a good one; returns what it printed. */
  String run(String... command) throws IOException, WorkloadException, InterruptedException {
    return run(PATIENCE, command);
  }

  /** As {@link #run(String...)}, with another limit of time. */
  String run(Duration patience, String... command)
      throws IOException, WorkloadException, InterruptedException {
    Program program = runToEnd(patience, command);
    String output = program.output();
    program.close();
    return output;
  }

  /** As {@link #run}, and leaves alone what the program started: it is needed by later runs. */
  void setUp(String... command) throws IOException, WorkloadException, InterruptedException {
    runToEnd(PATIENCE, command);
  }

  private Program runToEnd(Duration patience, String... command)
      throws IOException, WorkloadException, InterruptedException {
    Program program = start(command);
    if (!program.await(patience)) {
      throw new WorkloadException(
          program.name() + " did not end in " + patience.toSeconds() + " s");
    }
    if (program.status() != 0) {
      throw new WorkloadException(
          program.name() + " ended with status " + program.status() + ": " + program.lastWords());
    }
    programs.remove(program);
    return program;
  }

  /** Starts a program that goes on until the run is over. */
  Program start(String... command) throws IOException {
    Program program =
        Program.start(
            List.of(command), Map.of(), folder.resolve("output-" + nrOutputs++ % 64 + ".log"));
    programs.push(program);
    return program;
  }

  /** Ends what the run has left. */
  void clear() {
    while (!programs.isEmpty()) {
      programs.pop().close();
    }
  }

  @Override
  public void close() {
    clear();
  }
}
