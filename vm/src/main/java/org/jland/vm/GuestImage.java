// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes the guest's root disk: a minimal Debian with a JDK, libbpf, the load generators, and the
 * servers and the source tree that benchmarks use, in an ext4 file system in the only partition of
 * a raw disk image. No server starts by itself: the guest's init starts nothing.
 *
 * <p>The partition is there for its identity: the kernel finds its root by it, whatever order it
 * meets the drives in. The key covers the recipe (release, packages, hooks, first program), not the
 * versions the mirror happens to serve: an unchanged recipe is a hit without a network.
 */
record GuestImage(Map<String, String> environment, Consumer<String> progress)
    implements Cache.Recipe {
  static final String RELEASE = "trixie";
  static final String KIND = "image";
  static final String FILE = "root.img";

  /** What the kernel's root= parameter names. */
  static final String PARTITION = "6a6c616e-01";

  /** Raised when the recipe changes in a way that its parts below don't show. */
  private static final int FORMAT = 1;

  private static final int DISK_SIGNATURE = 0x6a6c616e;
  private static final int SECTOR = 512;
  private static final long PARTITION_OFFSET = 1 << 20;
  private static final long PARTITION_MIB = 3071;

  private static final List<String> PACKAGES =
      List.of(
          "bpftool",
          "gcc",
          "iproute2",
          "kmod",
          "libbpf1",
          "libc6-dev",
          "linux-perf",
          "make",
          "nginx-light",
          "openjdk-25-jdk-headless",
          "postgresql",
          "procps",
          "rt-tests",
          "strace",
          "stress-ng",
          "sysbench",
          "util-linux",
          "wrk",
          "zstd");

  /** Before postgresql is installed: it need not make a database that nobody uses. */
  private static final String NO_CLUSTER =
      "cd \"$1/etc\" && mkdir -p postgresql-common"
          + " && echo 'create_main_cluster = false' >postgresql-common/createcluster.conf";

  /**
   * The upstream source of a program that benchmarks build, in a folder whose name does not change
   * with its version. It is in the guest only.
   */
  private static final String SOURCE_TREE =
      "mkdir -p \"$1/usr/src/jland-bench/lua\" && cd \"$1/usr/src/jland-bench\""
          + " && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -qq source --download-only lua5.4"
          + " && tar -xf lua5.4_*.orig.tar.* --strip-components=1 --no-same-owner -C lua"
          + " && rm lua5.4_*";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String key() {
    String recipe =
        String.join(
            "\n",
            List.of(
                Integer.toString(FORMAT),
                RELEASE,
                PACKAGES.toString(),
                hooks("").toString(),
                Long.toString(PARTITION_MIB),
                stub()));
    return RELEASE + "-" + Stamp.sha256(recipe).substring(0, 16);
  }

  @Override
  public long bytesNeeded() {
    return 3L << 30;
  }

  @Override
  public void make(Path directory) throws IOException {
    String mke2fs = HostTool.MKE2FS.require();
    Path root = directory.resolve("root");
    progress.accept("making the guest's root disk: fetching Debian packages (a minute or two)");
    String mirror = Mirror.address(environment);
    Bootstrap.run("the guest's root disk", "minbase", PACKAGES, hooks(mirror), mirror, root);
    installStub(root);
    progress.accept("making the guest's root disk: writing the image");
    Path image = directory.resolve(FILE);
    List<String> command = new ArrayList<>(List.of(mke2fs, "-q", "-t", "ext4"));
    command.addAll(List.of("-O", "^has_journal", "-E", "offset=" + PARTITION_OFFSET));
    command.addAll(List.of("-d", root.toString(), image.toString(), PARTITION_MIB + "M"));
    HostProcess.require("writing the guest's root disk", directory, command);
    writePartitionTable(image);
    FileTree.delete(root);
  }

  private static List<String> hooks(String mirror) {
    String sources =
        "deb-src [signed-by=%s] %s %s main".formatted(AptRoot.KEYRING, mirror, RELEASE);
    return List.of(
        "--setup-hook=echo '" + sources + "' >\"$1/etc/apt/sources.list.d/source.list\"",
        "--setup-hook=" + NO_CLUSTER,
        "--customize-hook=" + SOURCE_TREE);
  }

  private static void installStub(Path root) throws IOException {
    Path stub = root.resolve("sbin/jland-init");
    Files.writeString(stub, stub());
    Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(root.resolve("etc/hostname"), "jland\n");
    for (String directory : List.of("payload", "artefacts", "opt/jland")) {
      Files.createDirectory(root.resolve(directory));
    }
  }

  /** Writes a DOS partition table with one Linux partition, all that the kernel asks for. */
  static void writePartitionTable(Path image) throws IOException {
    ByteBuffer table = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(440, DISK_SIGNATURE);
    table.position(446).put(new byte[] {0, 0, 2, 0}); // not active, first cylinder: unused
    table.put((byte) 0x83).put(new byte[] {-1, -1, -1}); // Linux; last cylinder: unused
    table.putInt((int) (PARTITION_OFFSET / SECTOR));
    table.putInt((int) ((PARTITION_MIB << 20) / SECTOR));
    table.put(510, (byte) 0x55).put(511, (byte) 0xaa);
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      channel.write(table.rewind(), 0);
    }
  }

  private static String stub() {
    return Resources.text("jland-init");
  }
}
