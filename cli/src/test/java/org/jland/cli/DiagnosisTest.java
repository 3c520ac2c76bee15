// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jland.vm.HostTool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosisTest {
  private static final Optional<String> NONE = Optional.empty();

  @TempDir Path temp;

  @Test
  void machineWithEverythingIsReady() {
    List<Finding> findings = Diagnosis.guests(facts(allTools(), 90_000, true));

    assertTrue(Diagnosis.isReady(findings));
    assertTrue(findings.stream().allMatch(f -> f.state() == Finding.State.OK), "" + findings);
  }

  @Test
  void missingToolNamesItsPackage() {
    Map<HostTool, Path> tools = allTools();
    tools.remove(HostTool.MMDEBSTRAP);

    List<Finding> findings = Diagnosis.guests(facts(tools, 90_000, true));

    assertFalse(Diagnosis.isReady(findings));
    assertTrue(findings.getFirst().line().contains("apt-get install mmdebstrap"));
  }

  @Test
  void smallDiskIsRefusedUnlessTheImageIsThere() {
    assertFalse(Diagnosis.isReady(Diagnosis.guests(facts(allTools(), 1_000, false))));
    assertTrue(Diagnosis.isReady(Diagnosis.guests(facts(allTools(), 1_000, true))));
  }

  @Test
  void guestsThatCantBeMadeAreToldWithTheFixUnlessTheyAreThere() {
    Optional<String> why = Optional.of("apt has no Debian mirror; set JLAND_MIRROR");
    List<Finding> findings = Diagnosis.guests(facts(allTools(), 90_000, false, why));

    assertFalse(Diagnosis.isReady(findings));
    assertTrue(findings.getLast().line().contains("set JLAND_MIRROR"), "" + findings);
    assertTrue(Diagnosis.isReady(Diagnosis.guests(facts(allTools(), 90_000, true, why))));
  }

  @Test
  void hostWithoutSchedExtIsANoteOnly() {
    List<Finding> findings = Diagnosis.host(facts(allTools(), 90_000, true));

    assertTrue(Diagnosis.isReady(findings));
    assertTrue(findings.getFirst().line().contains("CONFIG_SCHED_CLASS_EXT=y"));
    assertTrue(findings.get(2).line().contains("older than 1.4"), "" + findings);
  }

  @Test
  void versionsAreComparedByNumber() {
    assertTrue(HostFacts.newer("1.10.0", "1.4"));
    assertTrue(HostFacts.newer("1.4.0", "1.4"));
    assertFalse(HostFacts.newer("1.3.9", "1.4"));
    assertTrue(HostFacts.newer("2.0", "1.4"));
  }

  @Test
  void libbpfsVersionIsInItsFilesName() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("usr/lib"));
    assertEquals(NONE, HostFacts.libbpf(temp));

    Files.createFile(folder.resolve("libbpf.so.1.5.0"));
    Files.createSymbolicLink(folder.resolve("libbpf.so.1"), Path.of("libbpf.so.1.5.0"));

    assertEquals(Optional.of("1.5.0"), HostFacts.libbpf(temp));
  }

  private static Map<HostTool, Path> allTools() {
    Map<HostTool, Path> tools = new EnumMap<>(HostTool.class);
    for (HostTool tool : HostTool.values()) {
      tools.put(tool, Path.of("/usr/bin", tool.program()));
    }
    return tools;
  }

  private static HostFacts facts(Map<HostTool, Path> tools, long freeMib, boolean image) {
    return facts(tools, freeMib, image, NONE);
  }

  private static HostFacts facts(
      Map<HostTool, Path> tools, long freeMib, boolean image, Optional<String> notMakeable) {
    return new HostFacts(
        true,
        "6.1.0",
        NONE,
        NONE,
        true,
        Optional.of("1.1.2"),
        true,
        tools,
        true,
        Path.of("/cache"),
        true,
        freeMib,
        image,
        2,
        notMakeable);
  }
}
