// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCatalogTest {
  private static final String OLD = "6.18.9+deb13-cloud-amd64";
  private static final String NEWER = "6.18.15+deb13-cloud-amd64";
  private static final String SPLIT = "7.3.4+deb13-cloud-amd64";

  @TempDir private Path root;
  private final List<String> said = new ArrayList<>();
  private final FakeSource source = new FakeSource();
  private KernelCatalog catalog;

  @BeforeEach
  void open() {
    catalog = new KernelCatalog(new Cache(root, said::add), source, said::add);
    source.packages.put("linux-image-" + OLD, "kmod, linux-base (>= 4.3)");
    source.packages.put("linux-image-" + NEWER, "");
    source.packages.put(
        "linux-image-" + SPLIT,
        "dracut | linux-initramfs-tool, linux-base-"
            + SPLIT
            + " (= 1), linux-binary-"
            + SPLIT
            + " (= 1)");
    source.packages.put("linux-base-" + SPLIT, "");
    source.packages.put("linux-binary-" + SPLIT, "linux-base-" + SPLIT);
    source.files.put("linux-image-" + OLD, Map.of("boot/vmlinuz-" + OLD, "old"));
    source.files.put("linux-image-" + NEWER, Map.of("boot/vmlinuz-" + NEWER, "newer"));
    source.files.put("linux-binary-" + SPLIT, Map.of("usr/lib/modules/x/vmlinuz", "split"));
  }

  @Test
  void seriesMeansItsNewestByNumberNotByLetter() throws IOException {
    assertEquals(new KernelVersion(NEWER), catalog.get("6.18").version());
  }

  @Test
  void oldestNewestAndWholeReleasesAreFound() throws IOException {
    assertEquals(OLD, catalog.get("oldest").version().release());
    assertEquals(SPLIT, catalog.get("newest").version().release());
    assertEquals(OLD, catalog.get("6.18.9").version().release());
    assertEquals(OLD, catalog.get(OLD).version().release());
  }

  @Test
  void kernelIsFoundInThePackageThatTheImagePointsTo() throws IOException {
    assertEquals("split", Files.readString(catalog.get("7.3").image()));
  }

  @Test
  void onlyTheBootableFileIsKept() throws IOException {
    Path image = catalog.get("6.18").image();
    try (var files = Files.list(image.getParent())) {
      assertEquals(
          List.of("STAMP", "vmlinuz"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void kernelWithoutSchedExtIsRefused() {
    source.files.put(
        "linux-image-" + OLD,
        Map.of("boot/vmlinuz-" + OLD, "old", "boot/config-" + OLD, "# CONFIG_SMP is not set\n"));
    GuestException failure = assertThrows(GuestException.class, () -> catalog.get("6.18.9"));
    assertTrue(failure.getMessage().contains("without sched_ext"), failure.getMessage());
  }

  @Test
  void cachedKernelNeedsNoNetwork() throws IOException {
    catalog.get("6.18");
    source.online = false;
    assertEquals("newer", Files.readString(catalog.get("newest").image()));
    assertEquals(
        List.of(new KernelEntry(new KernelVersion(NEWER), false, true)), catalog.entries());
  }

  @Test
  void coldCacheWithoutNetworkSaysSoInOneLine() {
    source.online = false;
    GuestException failure = assertThrows(GuestException.class, () -> catalog.get("newest"));
    assertEquals(
        "no kernel is cached and the mirror can't be reached; connect to the network once",
        failure.getMessage());
  }

  @Test
  void servedButUnreachableKernelIsReplacedByACachedOneOfItsSeries() throws IOException {
    catalog.get("6.18.9");
    source.files.clear();
    assertEquals(OLD, catalog.get("6.18").version().release());
    assertTrue(said.contains("can't get kernel " + NEWER + "; using " + OLD), said::toString);
  }

  @Test
  void servedButUnreachableKernelWithoutSubstituteNamesTheFix() {
    source.files.clear();
    GuestException failure = assertThrows(GuestException.class, () -> catalog.get("7.3"));
    assertTrue(failure.getMessage().endsWith("connect to the network once"), failure.getMessage());
  }

  @Test
  void unknownSelectorPointsToTheList() {
    GuestException failure = assertThrows(GuestException.class, () -> catalog.get("7.30"));
    assertTrue(failure.getMessage().contains("no kernel '7.30'"), failure.getMessage());
    assertTrue(failure.getMessage().contains("vm kernels"), failure.getMessage());
  }

  @Test
  void listTellsServedFromCached() throws IOException {
    catalog.get("7.3");
    source.packages.remove("linux-image-" + OLD);
    assertEquals(
        List.of(
            new KernelEntry(new KernelVersion(NEWER), true, false),
            new KernelEntry(new KernelVersion(SPLIT), true, true)),
        catalog.entries());
  }

  @Test
  void listsAreReadByNameAndDependencies() {
    assertEquals(
        Map.of("a", "b, c (= 1)", "b", ""),
        AptRoot.parse("Package: a\nVersion: 1\nDepends: b, c (= 1)\n\nPackage: b\nSize: 3\n"));
  }

  /** Packages in memory, and a network that can be cut. */
  private static final class FakeSource implements PackageSource {
    final Map<String, String> packages = new HashMap<>();
    final Map<String, Map<String, String>> files = new HashMap<>();
    boolean online = true;

    @Override
    public Map<String, String> packages() {
      return online ? packages : Map.of();
    }

    @Override
    public void unpack(String packageName, Path directory) throws IOException {
      if (!online || files.isEmpty()) {
        throw new IOException("downloading " + packageName + " failed: no route");
      }
      for (var file : files.getOrDefault(packageName, Map.of()).entrySet()) {
        Path path = directory.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    }
  }
}
