// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * An apt of our own in the cache, with the machine's mirror and another suite. It takes proxies and
 * the like from the machine's configuration, and writes nothing outside its directory.
 *
 * <p>Thread-safe, by the cache's lock named {@code apt}.
 */
final class AptRoot implements PackageSource {
  static final String KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
  private static final Duration FRESH = Duration.ofHours(24);

  private final Cache cache;
  private final String suite;
  private final Map<String, String> environment;
  private final Consumer<String> progress;
  private final Path directory;

  AptRoot(Cache cache, String suite, Map<String, String> environment, Consumer<String> progress) {
    this.cache = cache;
    this.suite = suite;
    this.environment = environment;
    this.progress = progress;
    this.directory = cache.root().resolve("apt");
  }

  @Override
  public Map<String, String> packages() throws IOException {
    try (var _ = cache.lock("apt")) {
      if (!isFresh()) {
        progress.accept("asking the mirror what " + suite + " has");
        try {
          update(Mirror.address(environment));
        } catch (IOException | GuestException e) {
          progress.accept("no network, going by what is cached: " + e.getMessage());
        }
      }
      return Files.exists(fetchedMark()) ? parse(dump()) : Map.of();
    }
  }

  /** Reads package names and dependencies out of the lists' text. */
  static Map<String, String> parse(String list) {
    Map<String, String> packages = new HashMap<>();
    String name = "";
    for (String line : (Iterable<String>) list.lines()::iterator) {
      if (line.startsWith("Package: ")) {
        name = line.substring("Package: ".length());
        packages.put(name, "");
      } else if (line.startsWith("Depends: ")) {
        packages.put(name, line.substring("Depends: ".length()));
      }
    }
    return packages;
  }

  private boolean isFresh() throws IOException {
    Path fetched = fetchedMark();
    return Files.exists(fetched)
        && Files.getLastModifiedTime(fetched).toInstant().isAfter(Instant.now().minus(FRESH));
  }

  private void update(String mirror) throws IOException {
    requireKeyring();
    for (String sub : List.of("sources.d", "state/lists/partial", "cache/archives/partial")) {
      cache.createDirectories("apt/" + sub);
    }
    Files.writeString(
        directory.resolve("sources.d/jland.sources"),
        """
        Types: deb
        URIs: %s
        Suites: %s
        Components: main
        Signed-By: %s
        """
            .formatted(mirror, suite, KEYRING));
    HostProcess.require(
        "fetching the package lists of " + suite,
        directory,
        command(HostTool.APT_GET, "-qq", "--error-on=any", "update"));
    Files.writeString(fetchedMark(), "");
  }

  /** The keys that all packages are checked by. */
  static void requireKeyring() {
    if (!Files.exists(Path.of(KEYRING))) {
      throw GuestException.setup(
          KEYRING + " is missing; type: apt-get install debian-archive-keyring");
    }
  }

  private String dump() throws IOException {
    List<String> command = command(HostTool.APT_CACHE, "dumpavail");
    return HostProcess.require("reading the package lists", directory, command).stdout();
  }

  @Override
  public void unpack(String packageName, Path to) throws IOException {
    List<String> download = command(HostTool.APT_GET, "-qq", "download", packageName);
    HostProcess.require("downloading " + packageName, to, download);
    try (var files = Files.newDirectoryStream(to, "*.deb")) {
      for (Path deb : files) {
        HostProcess.require(
            "unpacking " + deb.getFileName(),
            to,
            List.of(HostTool.DPKG_DEB.require(), "-x", deb.toString(), to.toString()));
        Files.delete(deb);
      }
    }
  }

  private List<String> command(HostTool tool, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(tool.require());
    for (String option :
        List.of(
            "Dir::Etc::SourceList=/dev/null",
            "Dir::Etc::SourceParts=" + directory.resolve("sources.d"),
            "Dir::State=" + directory.resolve("state"),
            "Dir::State::status=/dev/null",
            "Dir::Cache=" + directory.resolve("cache"),
            "APT::Architecture=amd64",
            "APT::Architectures=amd64",
            "APT::Sandbox::User=root",
            "Acquire::Languages=none",
            "Acquire::Retries=1",
            "Acquire::http::Timeout=20")) {
      command.addAll(List.of("-o", option));
    }
    command.addAll(List.of(arguments));
    return command;
  }

  private Path fetchedMark() {
    return directory.resolve("fetched");
  }
}
