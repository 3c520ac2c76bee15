// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Whether this host's KVM boots a guest: found out by a test boot, never assumed, and remembered in
 * the cache for this combination of host kernel, CPU and emulator.
 */
record KvmProbe(
    Cache cache,
    Map<String, String> environment,
    List<String> emulator,
    Consumer<String> progress) {
  private static final Path DEVICE = Path.of("/dev/kvm");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String KIND = "kvm";
  private static final String FILE = "works";

  /** Whether a guest can run under KVM; false where JLAND_ACCEL is {@code tcg}. */
  boolean works(Kernel kernel, Path rootDisk) throws IOException {
    if ("tcg".equals(environment.get("JLAND_ACCEL"))
        || !Files.isReadable(DEVICE)
        || !Files.isWritable(DEVICE)) {
      return false;
    }
    Path entry = cache.get(new Trial(host(), emulator, kernel, rootDisk, progress));
    return Boolean.parseBoolean(Files.readString(entry.resolve(FILE)));
  }

  private String host() throws IOException {
    String cpu =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.matches("(vendor_id|model|stepping|flags)\\s*:.*"))
            .distinct()
            .toList()
            .toString();
    List<String> version = new ArrayList<>(emulator);
    version.add("--version");
    return Files.readString(Path.of("/proc/version"))
        + cpu
        + HostProcess.require("asking the emulator's version", Path.of("/"), version).stdout();
  }

  private record Trial(
      String host, List<String> emulator, Kernel kernel, Path rootDisk, Consumer<String> progress)
      implements Cache.Recipe {
    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String key() {
      return Stamp.sha256(host).substring(0, 16);
    }

    @Override
    public long bytesNeeded() {
      return 1 << 20;
    }

    @Override
    public void make(Path directory) throws IOException {
      progress.accept("trying KVM once, for up to " + PATIENCE.toSeconds() + " s");
      Path artefacts = directory.resolve("artefacts");
      boolean works = boots(artefacts);
      FileTree.delete(artefacts);
      Files.writeString(directory.resolve(FILE), Boolean.toString(works));
    }

    private boolean boots(Path artefacts) throws IOException {
      OutputStream nowhere = OutputStream.nullOutputStream();
      GuestSpec spec = GuestSpec.of(List.of("true")).withTimeout(PATIENCE).withArtefacts(artefacts);
      try {
        return Guest.run(spec, emulator, kernel, rootDisk, Accelerator.KVM, nowhere, nowhere)
                .status()
            == 0;
      } catch (GuestException e) {
        progress.accept("KVM does not boot a guest here; emulating");
        return false;
      }
    }
  }
}
