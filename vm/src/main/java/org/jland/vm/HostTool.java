// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A program the rig needs on the host, with the Debian package that brings it. */
public enum HostTool {
  MMDEBSTRAP("mmdebstrap", "mmdebstrap"),
  MKE2FS("mke2fs", "e2fsprogs"),
  DEBUGFS("debugfs", "e2fsprogs"),
  APT_GET("apt-get", "apt"),
  APT_CACHE("apt-cache", "apt"),
  DPKG_DEB("dpkg-deb", "dpkg"),
  TAR("tar", "tar"),
  STTY("stty", "coreutils");

  private final String program;
  private final String debianPackage;

  HostTool(String program, String debianPackage) {
    this.program = program;
    this.debianPackage = debianPackage;
  }

  /** The program's name. */
  public String program() {
    return program;
  }

  /** The Debian package that brings the program. */
  public String debianPackage() {
    return debianPackage;
  }

  /** Where the program is, if it is installed. */
  public Optional<Path> find() {
    return find(System.getenv().getOrDefault("PATH", ""));
  }

  Optional<Path> find(String searchPath) {
    List<String> directories = new ArrayList<>(Arrays.asList(searchPath.split(File.pathSeparator)));
    directories.addAll(List.of("/usr/sbin", "/sbin")); // mke2fs, where PATH is a plain user's
    return directories.stream()
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * The program's path.
   *
   * @throws GuestException naming the package to install
   */
  String require() {
    return require(System.getenv().getOrDefault("PATH", ""));
  }

  String require(String searchPath) {
    return find(searchPath)
        .map(Path::toString)
        .orElseThrow(() ->
            GuestException.setup(
                program + " is not installed; type: apt-get install " + debianPackage));
  }
}
