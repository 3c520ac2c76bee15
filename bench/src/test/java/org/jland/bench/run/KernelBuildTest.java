// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jland.bench.BenchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a Makefile that knows the targets of Linux's. */
class KernelBuildTest {
  private static final String CONFIG = "tinyconfig:\n\techo yes >$(O)/.config\n";
  private static final String CLEAN = "clean:\n\trm -f $(O)/vmlinux\n";
  private static final String ALL = "\ttest -e $(O)/.config\n\tprintf '\\177ELF' >$(O)/vmlinux\n";

  @TempDir private Path folder;

  private Path sources(String all) throws IOException {
    Path sources = folder.resolve("linux");
    Files.createDirectories(sources.resolve("kernel/sched"));
    Files.writeString(sources.resolve("Makefile"), "all:\n" + all + CONFIG + CLEAN);
    Files.writeString(sources.resolve("Kconfig"), "");
    Files.writeString(sources.resolve("kernel/sched/core.c"), "");
    return sources;
  }

  private Set<String> build(Path sources) throws Exception {
    Path out = Files.createDirectories(folder.resolve("stage"));
    KernelSource source = KernelSource.of(sources, "tinyconfig");
    try (Stage stage = new Stage(out, 2, Optional.of(source))) {
      KernelBuild build = new KernelBuild();
      build.prepare(stage);
      build.run(stage);
      return build.run(stage).keySet();
    }
  }

  @Test
  void kernelIsBuiltAnewEachTimeAndElsewhere() throws Exception {
    Path sources = sources(ALL);
    assertEquals(Set.of("time"), build(sources));
    assertTrue(Files.exists(folder.resolve("stage/kernel-build/vmlinux")));
    assertEquals(Set.of("Makefile", "Kconfig", "kernel"), Set.of(sources.toFile().list()));
  }

  @Test
  void buildThatBringsNoKernelIsVoid() throws IOException {
    Path sources = sources("\techo done\n");
    WorkloadException e = assertThrows(WorkloadException.class, () -> build(sources));
    assertTrue(e.getMessage().contains("no vmlinux"), e::getMessage);
  }

  @Test
  void buildThatBringsSomethingElseIsVoid() throws IOException {
    Path sources = sources("\techo empty >$(O)/vmlinux\n");
    assertThrows(WorkloadException.class, () -> build(sources));
  }

  @Test
  void buildThatFailsIsVoidWithTheCompilersWords() throws IOException {
    Path sources = sources("\techo missing semicolon; exit 1\n");
    WorkloadException e = assertThrows(WorkloadException.class, () -> build(sources));
    assertTrue(e.getMessage().contains("missing semicolon"), e::getMessage);
  }

  @Test
  void rowIsSkippedWithoutSources() throws Exception {
    try (Stage stage = new Stage(folder, 2, Optional.empty())) {
      assertThrows(SkippedException.class, () -> new KernelBuild().prepare(stage));
    }
  }

  @Test
  void sourcesThatCantBeBuiltAreRefusedWithTheFix() throws IOException {
    assertRefused(folder.resolve("none"), "tinyconfig", "there is no folder");
    assertRefused(folder, "tinyconfig", "holds no sources of Linux (no Makefile)");
    Path sources = sources(ALL);
    assertRefused(sources, "all", "'all' is no target like tinyconfig");
    assertRefused(sources, "-f/etc/passwd config", "is no target");
    Files.writeString(sources.resolve(".config"), "");
    assertRefused(sources, "tinyconfig", "make mrproper");
  }

  private static void assertRefused(Path sources, String config, String why) {
    BenchException e = assertThrows(BenchException.class, () -> KernelSource.of(sources, config));
    assertTrue(e.getMessage().contains(why), e::getMessage);
    assertEquals(List.of(e.getMessage()), e.getMessage().lines().toList());
  }
}
