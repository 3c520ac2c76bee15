// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jland.vm.Clock;
import org.jland.vm.GuestException;
import org.jland.vm.GuestSpec;
import org.jland.vm.Topology;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say what a guest looks like, shared by all commands that boot one. */
final class GuestOptions {
  private static final int MAX_CPUS = 255;

  @Option(
      names = "--kernel",
      paramLabel = "V",
      defaultValue = "newest",
      description =
          "newest, oldest, a series (7.3) or a release; see jland vm kernels. "
              + "Default: ${DEFAULT-VALUE}.")
  private String kernel;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      converter = Cpus.class,
      description = "CPUs of the guest. Default: 2.")
  private Integer cpus;

  @Option(
      names = "--topology",
      paramLabel = "T",
      converter = TopologyReader.class,
      description = "CPUs as sockets=2,cores=2,threads=2,nodes=2; a socket has one LLC.")
  private Topology topology;

  /** The guest's CPUs. */
  Topology topology() {
    if (cpus != null && topology != null && topology.cpus() != cpus) {
      throw new Failure(
          "--topology has " + topology.cpus() + " CPUs, --cpus says " + cpus + "; leave one out",
          Status.USAGE);
    }
    return Optional.ofNullable(topology).orElseGet(() -> Topology.flat(cpus == null ? 2 : cpus));
  }

  /** {@code spec} with what was asked for. */
  GuestSpec apply(GuestSpec spec) {
    return spec.withKernel(kernel).withTopology(topology());
  }

  /** Reads 1 to 255. */
  static final class Cpus implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (!text.matches("[0-9]{1,3}")
          || Integer.parseInt(text) < 1
          || Integer.parseInt(text) > MAX_CPUS) {
        throw new TypeConversionException("'" + text + "' is no number from 1 to " + MAX_CPUS);
      }
      return Integer.valueOf(text);
    }
  }

  /** Reads what {@link Topology#parse} reads. */
  static final class TopologyReader implements ITypeConverter<Topology> {
    @Override
    public Topology convert(String text) {
      return orMisuse(Topology::parse, text);
    }
  }

  /** Reads the name of a clock. */
  static final class ClockReader implements ITypeConverter<Clock> {
    @Override
    public Clock convert(String text) {
      return orMisuse(Clock::parse, text);
    }
  }

  /** Reads whole seconds, up to a day. */
  static final class Seconds implements ITypeConverter<Duration> {
    private static final int MAX = 86_400;

    @Override
    public Duration convert(String text) {
      if (!text.matches("[0-9]{1,5}")
          || Integer.parseInt(text) < 1
          || Integer.parseInt(text) > MAX) {
        throw new TypeConversionException("'" + text + "' is no number of seconds up to " + MAX);
      }
      return Duration.ofSeconds(Integer.parseInt(text));
    }
  }

  private static <T> T orMisuse(Function<String, T> parse, String text) {
    try {
      return parse.apply(text);
    } catch (GuestException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
