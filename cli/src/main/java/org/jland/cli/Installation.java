// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/**
 * Where this jland is.
 *
 * @param home the directory with {@code bin} and {@code lib}, whole enough to be copied to a guest
 * @param source the source tree it was built from, if {@code ./jland} of that tree started it
 */
record Installation(Path home, Optional<Path> source) {
  /** The one that runs. */
  static Installation current() {
    return of(System.getenv(), codeLocation());
  }

  static Installation of(Map<String, String> environment, Path code) {
    Path lib = code.toAbsolutePath().getParent();
    String tree = environment.getOrDefault("JLAND_HOME", "");
    Optional<Path> source =
        Optional.of(tree)
            .filter(text -> !text.isEmpty())
            .map(Path::of)
            .filter(path -> Files.isRegularFile(path.resolve("pom.xml")));
    return new Installation(lib.getParent(), source);
  }

  /** The version of jland, as the build wrote it into the module. */
  static String version() {
    return Optional.ofNullable(Installation.class.getModule().getDescriptor())
        .flatMap(ModuleDescriptor::rawVersion)
        .orElse("(unpackaged)");
  }

  /** The folder with the jars. */
  Path lib() {
    return home.resolve("lib");
  }

  /** The source tree, for what can't be done without. */
  Path requireSource(String doing) {
    return source.orElseThrow(
        () -> new Failure(doing + " needs jland's source tree: use ./jland there"));
  }

  /** {@link #home}, if it is an installation and not the class folder of a build. */
  Path requireHome() {
    if (!Files.isExecutable(home.resolve("bin/scx_jland"))) {
      throw new Failure("there is no bin/scx_jland in " + home + "; start jland by ./jland");
    }
    return home;
  }

  private static Path codeLocation() {
    try {
      return Path.of(
          Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("code without a file", e);
    }
  }

  /** Tells picocli the version. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"jland " + version()};
    }
  }
}
