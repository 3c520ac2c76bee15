// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One run of a guest. Start from {@link #of} or {@link #shell} and change what matters.
 *
 * @param command the program and its arguments, passed on as they are; empty for a prompt
 * @param kernel {@code newest}, {@code oldest}, a series ({@code 7.3}), a number or a release
 * @param topology the guest's CPUs
 * @param memoryMib the guest's memory in MiB
 * @param clock what its time is made of
 * @param payload files and directories that appear as {@code /payload/NAME}; the guest may write
 *     there, the originals stay as they are
 * @param distribution jland itself, a directory or a {@code .tar.gz} with one directory in it; it
 *     appears as {@code /opt/jland}, with its {@code bin} on the PATH
 * @param kernelArguments added to the kernel's command line
 * @param timeout host time after which the guest is killed
 * @param artefacts host directory that gets what the command wrote to {@code /artefacts}, the
 *     guest's {@code dmesg.log} and its {@code console.log}; made if need be
 */
public record GuestSpec(
    List<String> command,
    String kernel,
    Topology topology,
    int memoryMib,
    Clock clock,
    List<Path> payload,
    Optional<Path> distribution,
    List<String> kernelArguments,
    Duration timeout,
    Optional<Path> artefacts) {
  private static final int MIN_MEMORY_MIB = 256;

  /** Checks what can be checked without touching anything. */
  public GuestSpec {
    command = List.copyOf(command);
    payload = List.copyOf(payload);
    kernelArguments = List.copyOf(kernelArguments);
    Objects.requireNonNull(kernel);
    Objects.requireNonNull(topology);
    Objects.requireNonNull(clock);
    Objects.requireNonNull(distribution);
    Objects.requireNonNull(artefacts);
    if (memoryMib < MIN_MEMORY_MIB) {
      throw GuestException.setup(
          "a guest needs at least " + MIN_MEMORY_MIB + " MiB of memory, not " + memoryMib);
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw GuestException.setup("a timeout must be positive, not " + timeout);
    }
  }

  /** Runs a program with arguments: newest kernel, 2 CPUs, 2 GiB, host time, 10 minutes. */
  public static GuestSpec of(List<String> command) {
    return new GuestSpec(
        command,
        "newest",
        Topology.flat(2),
        2048,
        Clock.SINGLE,
        List.of(),
        Optional.empty(),
        List.of(),
        Duration.ofMinutes(10),
        Optional.empty());
  }

  /** As {@link #of}, with a line for the guest's shell. */
  public static GuestSpec shell(String line) {
    return of(List.of("/bin/sh", "-c", line));
  }

  /** This run with another program and arguments. */
  public GuestSpec withCommand(List<String> words) {
    return new GuestSpec(
        words,
        kernel,
        topology,
        memoryMib,
        clock,
        payload,
        distribution,
        kernelArguments,
        timeout,
        artefacts);
  }

  /** This run with another kernel. */
  public GuestSpec withKernel(String selector) {
    return new GuestSpec(
        command,
        selector,
        topology,
        memoryMib,
        clock,
        payload,
        distribution,
        kernelArguments,
        timeout,
        artefacts);
  }

  /** This run with other CPUs. */
  public GuestSpec withTopology(Topology cpus) {
    return new GuestSpec(
        command,
        kernel,
        cpus,
        memoryMib,
        clock,
        payload,
        distribution,
        kernelArguments,
        timeout,
        artefacts);
  }

  /** This run with another amount of memory. */
  public GuestSpec withMemoryMib(int mib) {
    return new GuestSpec(
        command,
        kernel,
        topology,
        mib,
        clock,
        payload,
        distribution,
        kernelArguments,
        timeout,
        artefacts);
  }

  /** This run with another clock. */
  public GuestSpec withClock(Clock other) {
    return new GuestSpec(
        command,
        kernel,
        topology,
        memoryMib,
        other,
        payload,
        distribution,
        kernelArguments,
        timeout,
        artefacts);
  }

  /** This run with these files and directories under /payload. */
  public GuestSpec withPayload(List<Path> paths) {
    return new GuestSpec(
        command,
        kernel,
        topology,
        memoryMib,
        clock,
        paths,
        distribution,
        kernelArguments,
        timeout,
        artefacts);
  }

  /** This run with jland itself in /opt/jland. */
  public GuestSpec withDistribution(Path path) {
    return new GuestSpec(
        command,
        kernel,
        topology,
        memoryMib,
        clock,
        payload,
        Optional.of(path),
        kernelArguments,
        timeout,
        artefacts);
  }

  /** This run with these additions to the kernel's command line. */
  public GuestSpec withKernelArguments(List<String> arguments) {
    return new GuestSpec(
        command,
        kernel,
        topology,
        memoryMib,
        clock,
        payload,
        distribution,
        arguments,
        timeout,
        artefacts);
  }

  /** This run with another time limit. */
  public GuestSpec withTimeout(Duration limit) {
    return new GuestSpec(
        command,
        kernel,
        topology,
        memoryMib,
        clock,
        payload,
        distribution,
        kernelArguments,
        limit,
        artefacts);
  }

  /** This run with its artefacts in a host directory. */
  public GuestSpec withArtefacts(Path directory) {
    return new GuestSpec(
        command,
        kernel,
        topology,
        memoryMib,
        clock,
        payload,
        distribution,
        kernelArguments,
        timeout,
        Optional.of(directory));
  }
}
