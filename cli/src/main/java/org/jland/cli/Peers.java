// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Schedulers of others, as opponents: published crates, built by cargo into the cache. Never part
 * of the build or the tests.
 *
 * @param folder in the cache
 */
record Peers(Path folder) {
  /** Crate and version; each is one program of the crate's name. */
  private static final List<List<String>> CRATES =
      List.of(
          List.of("scx_rustland", "1.1.4"),
          List.of("scx_rlfifo", "1.1.4"),
          List.of("scx_bpfland", "1.1.4"));

  /** Where this user's are. */
  static Peers ofCache() {
    return new Peers(cache().resolve("peers"));
  }

  /** jland's cache; the launcher names it. */
  static Path cache() {
    String cache = System.getenv("JLAND_CACHE");
    return Path.of(cache != null ? cache : System.getProperty("java.io.tmpdir") + "/jland");
  }

  /** The program of a peer that is installed. */
  Optional<Path> find(String name) {
    boolean known = CRATES.stream().anyMatch(crate -> crate.getFirst().equals(name));
    return Optional.of(folder.resolve("bin").resolve(name))
        .filter(file -> known && Files.isExecutable(file));
  }

  /**
   * Builds what is missing.
   *
   * @return the names of those that could not be built
   */
  List<String> install() throws IOException {
    String cargo = cargo();
    List<String> failed = new ArrayList<>();
    for (List<String> crate : CRATES) {
      String name = crate.getFirst();
      if (find(name).isPresent()) {
        continue;
      }
      Progress.line("building " + name + " " + crate.getLast() + " with cargo (some minutes) ...");
      Files.createDirectories(folder);
      List<String> command =
          List.of(
              cargo,
              "install",
              "--locked",
              "--root",
              folder.toString(),
              "--version",
              crate.getLast(),
              name);
      if (ChildProcess.run(new ProcessBuilder(command), Streams.err(), Streams.err()) != 0) {
        failed.add(name);
      }
    }
    return failed;
  }

  private static String cargo() {
    List<Path> places = new ArrayList<>();
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      places.add(Path.of(folder, "cargo"));
    }
    places.add(Path.of(System.getProperty("user.home"), ".cargo/bin/cargo"));
    return places.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new Failure(
                "there is no cargo; install Rust (apt-get install cargo, or rustup), then"
                    + " jland bench --install-peers again"))
        .toString();
  }
}
