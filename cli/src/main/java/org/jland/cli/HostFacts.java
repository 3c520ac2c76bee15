// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jland.bpf.SchedExt;
import org.jland.os.OsProcess;
import org.jland.vm.HostTool;
import org.jland.vm.Rig;

/**
 * What doctor looks at, read once.
 *
 * @param root whether this is root
 * @param kernel its release
 * @param schedExt the state of sched_ext, empty if the kernel has none
 * @param ops the attached scheduler, empty if there is none
 * @param btf whether the kernel describes its types
 * @param libbpf version of libbpf.so.1 as {@code 1.5.0}, empty if it is not there
 * @param javac whether this Java can compile
 * @param tools the rig's programs that are here
 * @param kvm whether /dev/kvm can be opened by this user
 * @param cache the cache's folder
 * @param cacheWritable whether it is or can be made
 * @param cacheFreeMib room in its file system, MiB
 * @param cachedImage whether the emulator and the root disk of this version are in it
 * @param cachedKernels how many kernels are in it
 * @param notMakeable why guests can't be made here, with the fix; empty if they can
 */
record HostFacts(
    boolean root,
    String kernel,
    Optional<String> schedExt,
    Optional<String> ops,
    boolean btf,
    Optional<String> libbpf,
    boolean javac,
    Map<HostTool, Path> tools,
    boolean kvm,
    Path cache,
    boolean cacheWritable,
    long cacheFreeMib,
    boolean cachedImage,
    int cachedKernels,
    Optional<String> notMakeable) {
  private static final Pattern LIBBPF = Pattern.compile("libbpf\\.so\\.([0-9]+\\.[0-9.]+)");
  private static final Path KVM = Path.of("/dev/kvm");

  /** Reads this machine; changes nothing. */
  static HostFacts read(Rig rig) throws IOException {
    Path cache = rig.cacheDirectory();
    Map<HostTool, Path> tools = new EnumMap<>(HostTool.class);
    for (HostTool tool : HostTool.values()) {
      tool.find().ifPresent(path -> tools.put(tool, path));
    }
    Path existing = cache;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    return new HostFacts(
        OsProcess.isRoot(),
        Host.kernelRelease(),
        SchedExt.host().state(),
        SchedExt.host().attachedOps(),
        Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")),
        libbpf(Path.of("/")),
        ToolProvider.getSystemJavaCompiler() != null,
        tools,
        Files.isReadable(KVM) && Files.isWritable(KVM),
        cache,
        Files.isWritable(existing),
        Files.getFileStore(existing).getUsableSpace() >> 20,
        rig.isMade(),
        entries(cache.resolve("kernel")),
        tools.containsKey(HostTool.APT_GET) ? rig.whyNotMakeable() : Optional.empty());
  }

  /** The version of the newest libbpf.so.1 in the usual folders below {@code root}. */
  static Optional<String> libbpf(Path root) throws IOException {
    Optional<String> best = Optional.empty();
    for (String folder : new String[] {"usr/lib", "lib", "usr/lib64", "lib64", "usr/local/lib"}) {
      for (Path directory : withMultiarch(root.resolve(folder))) {
        Path library = directory.resolve("libbpf.so.1");
        if (Files.exists(library)) {
          Matcher name = LIBBPF.matcher(library.toRealPath().getFileName().toString());
          String version = name.matches() ? name.group(1) : "1.0";
          best = best.filter(other -> newer(other, version)).or(() -> Optional.of(version));
        }
      }
    }
    return best;
  }

  /** Whether {@code version} is {@code other} or newer, by its numbers. */
  static boolean newer(String version, String other) {
    int[] left = Stream.of(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    int[] right = Stream.of(other.split("\\.")).mapToInt(Integer::parseInt).toArray();
    return Arrays.compare(left, right) >= 0;
  }

  private static Iterable<Path> withMultiarch(Path folder) {
    String triplet = System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu";
    return List.of(folder, folder.resolve(triplet));
  }

  private static int entries(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> list = Files.list(folder)) {
      return (int) list.count();
    }
  }
}
