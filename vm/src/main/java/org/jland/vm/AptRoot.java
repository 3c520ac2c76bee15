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

/**
 * An apt of our own in the cache, with the machine's mirror and another suite. It takes proxies and
 * the like from the machine's configuration, and writes nothing outside its directory.
 *
 * <p>Not thread-safe; callers hold the cache's lock named {@code apt}.
 */
final class AptRoot {
  static final String KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
  private static final Duration FRESH = Duration.ofHours(24);

  private final Path directory;
  private final String suite;

  AptRoot(Path directory, String suite) {
    this.directory = directory;
    this.suite = suite;
  }

  /** Whether the lists were fetched within a day. */
  boolean isFresh() throws IOException {
    Path fetched = fetchedMark();
    return Files.exists(fetched)
        && Files.getLastModifiedTime(fetched).toInstant().isAfter(Instant.now().minus(FRESH));
  }

  /** Whether lists were fetched at all. */
  boolean isFilled() {
    return Files.exists(fetchedMark());
  }

  /** Fetches the suite's lists from {@code mirror}. */
  void update(String mirror) throws IOException {
    if (!Files.exists(Path.of(KEYRING))) {
      throw GuestException.setup(
          KEYRING + " is missing; type: apt-get install debian-archive-keyring");
    }
    for (String sub : List.of("sources.d", "state/lists/partial", "cache/archives/partial")) {
      Files.createDirectories(directory.resolve(sub));
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
    run("fetching the package lists of " + suite, HostTool.APT_GET, "-qq", "--error-on=any",
        "update");
    Files.writeString(fetchedMark(), "");
  }

  /** Names of all packages served, each with its Depends field (empty if it has none). */
  Map<String, String> packages() throws IOException {
    Map<String, String> packages = new HashMap<>();
    String name = "";
    String list =
        run("reading the package lists", HostTool.APT_CACHE, "dumpavail").stdout();
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

  /** Downloads a package into {@code to} and unpacks it there. */
  void unpack(String packageName, Path to) throws IOException {
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

  private HostProcess.Output run(String doing, HostTool tool, String... arguments)
      throws IOException {
    return HostProcess.require(doing, directory, command(tool, arguments));
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
