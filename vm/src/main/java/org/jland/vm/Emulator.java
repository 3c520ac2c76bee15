// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a cache entry of QEMU: its program, libraries and firmware, out of the packages of the
 * release that the guest runs, side by side in one folder.
 *
 * <p>Not the host's own: before 8.1, QEMU let virtual CPUs starve for tens of milliseconds in
 * instruction time, and what is measured there should not depend on the host's distribution. The
 * key covers the recipe, as in {@link GuestImage}.
 */
record Emulator(Map<String, String> environment, Consumer<String> progress)
    implements Cache.Recipe {
  static final String KIND = "emulator";

  /** Raised when the recipe changes in a way that its parts below don't show. */
  private static final int FORMAT = 1;

  private static final String PROGRAM = "qemu-system-x86_64";
  private static final String PACKAGE = "qemu-system-x86";
  private static final String LOADER = "ld-linux-x86-64.so.2";
  private static final List<String> FIRMWARE =
      List.of(
          "usr/share/seabios/bios-256k.bin",
          "usr/share/qemu/kvmvapic.bin",
          "usr/share/qemu/linuxboot_dma.bin");

  /** A line of the loader's list: {@code libname => /path (0xaddress)}. */
  private static final Pattern LIBRARY = Pattern.compile("\\s*\\S+ => (/\\S+) \\(0x.*");

  /**
   * The words that start the emulator, to be followed by its arguments.
   *
   * @param entry the cache entry
   */
  static List<String> command(Path entry) {
    return List.of(
        entry.resolve(LOADER).toString(),
        "--library-path",
        entry.toString(),
        "--argv0",
        PROGRAM,
        entry.resolve(PROGRAM).toString(),
        "-L",
        entry.toString());
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String key() {
    String recipe = FORMAT + "\n" + GuestImage.RELEASE + "\n" + PACKAGE + "\n" + FIRMWARE;
    return GuestImage.RELEASE + "-" + Stamp.sha256(recipe).substring(0, 16);
  }

  @Override
  public long bytesNeeded() {
    return 500L << 20;
  }

  @Override
  public void make(Path directory) throws IOException {
    progress.accept("fetching QEMU");
    Path root = directory.resolve("root");
    String mirror = Mirror.address(environment);
    Bootstrap.run("QEMU", "extract", List.of(PACKAGE), List.of(), mirror, root);
    Path program = root.resolve("usr/bin").resolve(PROGRAM);
    Path loader = root.resolve("usr/lib64").resolve(LOADER);
    for (Path library : libraries(root, loader, program)) {
      copy(library, directory);
    }
    copy(loader, directory);
    copy(program, directory);
    for (String file : FIRMWARE) {
      copy(root.resolve(file), directory);
    }
    FileTree.delete(root);
  }

  private static List<Path> libraries(Path root, Path loader, Path program) throws IOException {
    Path folder = root.resolve("usr/lib/x86_64-linux-gnu");
    List<String> command =
        List.of(
            loader.toString(), "--library-path", folder.toString(), "--list", program.toString());
    List<Path> libraries =
        parse(HostProcess.require("asking for QEMU's libraries", root, command).stdout());
    for (Path library : libraries) {
      if (!library.startsWith(root)) {
        throw new IOException("the packages of QEMU have no " + library.getFileName());
      }
    }
    return libraries;
  }

  /** The files in the loader's list. The loader itself and what the kernel brings are not files. */
  static List<Path> parse(String list) {
    List<Path> files = new ArrayList<>();
    Matcher matcher = LIBRARY.matcher("");
    for (String line : list.lines().toList()) {
      if (matcher.reset(line).matches() && !line.contains(LOADER)) {
        files.add(Path.of(matcher.group(1)));
      }
    }
    return files;
  }

  /** Copies what a link points to, under the link's name. */
  private static void copy(Path file, Path to) throws IOException {
    Files.copy(file.toRealPath(), to.resolve(file.getFileName()));
  }
}
