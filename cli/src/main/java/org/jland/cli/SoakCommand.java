// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jland.vm.GuestResult;
import org.jland.vm.GuestSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code jland soak}: scx_jland for hours under random loads and faults. */
@Command(
    name = "soak",
    description = {
      "Runs scx_jland in a guest under random loads, faults and options, and looks after each round",
      "whether tasks were lost, waited for too long, or something grew. All of it is drawn from a",
      "seed: the same seed gives the same rounds. Status 1 if something failed; the line that says",
      "so ends with what to type to see it again."
    })
final class SoakCommand implements Callable<Integer> {
  private static final int MEMORY_MIB = 2048;

  /** Boot, the last round and its end. */
  private static final Duration MARGIN = Duration.ofMinutes(20);

  @Mixin private GuestOptions guest;

  @Option(
      names = {"-d", "--duration"},
      paramLabel = "TIME",
      defaultValue = "8h",
      converter = Time.class,
      description = "For how long: 90s, 60m, 8h. Default: ${DEFAULT-VALUE}.")
  private Duration duration;

  @Option(names = "--seed", paramLabel = "N", description = "What is drawn from. Default: chance.")
  private Long seed;

  @Option(names = "--round", paramLabel = "N", description = "This round only.")
  private Integer round;

  @Option(
      names = "--max-wait-ms",
      paramLabel = "MS",
      defaultValue = "1000",
      description = {
        "How much longer than a real-time task's a wake-up may wait for a CPU, ms.",
        "Default: ${DEFAULT-VALUE}."
      })
  private int maxWaitMs;

  @Option(
      names = "--artefacts",
      paramLabel = "DIR",
      description = "Gets logs and dmesg. Default: soak in jland's cache.")
  private Path artefacts;

  @Override
  public Integer call() throws IOException {
    if (round != null && round < 1 || maxWaitMs < 1) {
      throw new Failure("--round and --max-wait-ms are at least 1", Status.USAGE);
    }
    long drawn = seed != null ? seed : ThreadLocalRandom.current().nextLong(1_000_000_000);
    Progress.line("seed " + drawn);
    Path results = artefacts != null ? artefacts : Peers.cache().resolve("soak");
    Files.createDirectories(results);
    GuestSpec spec =
        guest
            .apply(GuestSpec.of(inside(drawn)))
            .withMemoryMib(MEMORY_MIB)
            .withDistribution(Installation.current().requireHome())
            .withTimeout(duration.plus(MARGIN))
            .withArtefacts(results);
    GuestResult result = Guests.open(Progress::line).run(spec, Streams.out(), Streams.err());
    if (result.status() != Status.OK) {
      Progress.line("logs: " + results);
    }
    return result.status();
  }

  private List<String> inside(long drawn) {
    return List.of(
        "/opt/jland/bin/jland",
        "soak-inside",
        String.valueOf(drawn),
        String.valueOf(duration.toSeconds()),
        String.valueOf(round == null ? 0 : round),
        String.valueOf(maxWaitMs));
  }

  /** Reads a time with its unit. */
  static final class Time implements ITypeConverter<Duration> {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(s|m|h)");
    private static final Duration MAX = Duration.ofHours(24);

    @Override
    public Duration convert(String text) {
      Matcher matcher = TIME.matcher(text);
      if (matcher.matches()) {
        long number = Long.parseLong(matcher.group(1));
        Duration time =
            switch (matcher.group(2)) {
              case "s" -> Duration.ofSeconds(number);
              case "m" -> Duration.ofMinutes(number);
              default -> Duration.ofHours(number);
            };
        if (time.isPositive() && time.compareTo(MAX) <= 0) {
          return time;
        }
      }
      throw new TypeConversionException("'" + text + "' is no time like 90s, 60m, 8h, up to 24h");
    }
  }
}
