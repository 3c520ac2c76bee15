// SPDX-License-Identifier: Apache-2.0
package org.jland.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jland.topology.Topology.Cpu;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyReaderTest {

  @TempDir Path dir;
  private FakeSys sys;

  @BeforeEach
  void makeSys() {
    sys = new FakeSys(dir);
  }

  @Test
  void oneCpuThatTellsNothingIsAWholeMachine() {
    sys.online("0");

    Topology topology = TopologyReader.read(dir);

    assertEquals(new Topology(1, List.of(new Cpu(0, 0, 0, 0, 1024)), 1, 1), topology);
    assertEquals("1 CPU, 1 LLC", topology.summary());
  }

  /** CPUs 0-7: socket = cpu / 4, core = cpu / 2, one L3 and one node a socket. */
  private void twoSocketsWithSmt() {
    sys.online("0-7").possible("0-7").node(0, "0-3").node(1, "4-7");
    for (int id = 0; id < 8; id++) {
      int first = id / 2 * 2;
      String siblings = first + "-" + (first + 1);
      String socket = id < 4 ? "0-3" : "4-7";
      sys.cpu(id, id / 4, id / 2 % 2, siblings)
          .cache(id, 0, 1, "Data", siblings)
          .cache(id, 1, 1, "Instruction", "0-7")
          .cache(id, 2, 2, "Unified", siblings)
          .cache(id, 3, 3, "Unified", socket);
    }
  }

  @Test
  void socketsWithSmtHaveTheirCoresLlcsAndNodes() {
    twoSocketsWithSmt();

    Topology topology = TopologyReader.read(dir);

    assertEquals(new Cpu(5, 2, 1, 1, 1024), topology.cpu(5));
    assertEquals("8 CPUs, 4 cores, 2 LLCs, 2 NUMA nodes", topology.summary());
    assertArrayEquals(new int[] {4, 5}, topology.siblings(5));
    assertArrayEquals(new int[] {0, 1, 2, 3}, topology.cpusOfLlc(0));
    assertArrayEquals(new int[] {4, 5, 6, 7}, topology.cpusOfNode(1));
    assertEquals(1, topology.llcOf(7));
    assertEquals(1, topology.nodeOf(4));
    assertTrue(topology.hasSmt());
  }

  @Test
  void sameCoreIdInTwoPackagesIsTwoCores() {
    sys.online("0-1");
    for (int id = 0; id < 2; id++) {
      sys.cpuFile(id, "topology/physical_package_id", "" + id).cpuFile(id, "topology/core_id", "0");
    }

    assertFalse(TopologyReader.read(dir).hasSmt());
  }

  @Test
  void withoutSiblingListsTheCoreIdsCount() {
    sys.online("0-3");
    for (int id = 0; id < 4; id++) {
      sys.cpuFile(id, "topology/physical_package_id", "0")
          .cpuFile(id, "topology/core_id", "" + id % 2);
    }

    assertArrayEquals(new int[] {1, 3}, TopologyReader.read(dir).siblings(1));
  }

  @Test
  void withoutCacheInformationAPackageIsAnLlc() {
    sys.online("0-3");
    for (int id = 0; id < 4; id++) {
      sys.cpu(id, id / 2, id % 2, "" + id);
    }

    Topology topology = TopologyReader.read(dir);

    assertEquals(2, topology.nrLlcs());
    assertArrayEquals(new int[] {2, 3}, topology.cpusOfLlc(1));
  }

  @Test
  void anL2OfOneCoreOnlyIsNoDomain() {
    sys.online("0-3");
    for (int id = 0; id < 4; id++) {
      String siblings = id < 2 ? "0-1" : "2-3";
      sys.cpu(id, 0, id / 2, siblings).cache(id, 0, 2, "Unified", siblings);
    }

    assertEquals(1, TopologyReader.read(dir).nrLlcs());
  }

  @Test
  void anL2SharedByCoresIsADomain() {
    sys.online("0-3");
    for (int id = 0; id < 4; id++) {
      sys.cpu(id, 0, id, "" + id).cache(id, 0, 2, "Unified", id < 2 ? "0-1" : "2-3");
    }

    assertEquals(2, TopologyReader.read(dir).nrLlcs());
  }

  @Test
  void anOfflineCpuLeavesAGap() {
    twoSocketsWithSmt();
    sys.online("0,2-7");

    Topology topology = TopologyReader.read(dir);

    assertEquals(8, topology.nrCpuIds());
    assertEquals(7, topology.cpus().size());
    assertEquals(null, topology.cpu(1));
    assertEquals(6, topology.cpu(6).id());
    assertThrows(IllegalArgumentException.class, () -> topology.llcOf(1));
    assertArrayEquals(new int[] {0}, topology.siblings(0));
  }

  @Test
  void cpusThatMayComeCountAsIds() {
    sys.online("0").possible("0-15");

    assertEquals(16, TopologyReader.read(dir).nrCpuIds());
  }

  @Test
  void capacitiesOfTheKernelAreRelativeToTheFastest() {
    sys.online("0-1").cpuFile(0, "cpu_capacity", "446").cpuFile(1, "cpu_capacity", "1024");

    Topology topology = TopologyReader.read(dir);

    assertEquals(446, topology.cpu(0).capacity());
    assertEquals(1024, topology.cpu(1).capacity());
    assertTrue(topology.isHybrid());
  }

  @Test
  void theFirmwaresPerformanceStandsInForCapacity() {
    sys.online("0-2")
        .cpuFile(0, "acpi_cppc/highest_perf", "64")
        .cpuFile(1, "acpi_cppc/highest_perf", "32");

    Topology topology = TopologyReader.read(dir);

    assertEquals(1024, topology.cpu(0).capacity());
    assertEquals(512, topology.cpu(1).capacity());
    assertEquals(1024, topology.cpu(2).capacity());
  }

  @Test
  void a512CpuMachineIsReadWhole() {
    sys.online("0-511");
    for (int id = 0; id < 512; id++) {
      int first = id / 16 * 16;
      sys.cpu(id, id / 256, id % 256, "" + id)
          .cache(id, 3, 3, "Unified", first + "-" + (first + 15));
    }
    sys.node(0, "0-255").node(1, "256-511");

    Topology topology = TopologyReader.read(dir);

    assertEquals(32, topology.nrLlcs());
    for (int id = 0; id < 512; id++) {
      assertEquals(id / 16, topology.llcOf(id));
      assertEquals(id / 256, topology.nodeOf(id));
    }
  }

  @Test
  void aNodeWithoutCpusIsNoTrouble() {
    sys.online("0-1").node(0, "0-1").node(2, "");

    Topology topology = TopologyReader.read(dir);

    assertEquals(1, topology.nrNodes());
    assertEquals(0, topology.nodeOf(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "0-", "-", "3-1", "0,,2", "0-4000000000", "-1", "1 2", "\0\377"})
  void aDamagedListIsNamedInOneLine(String damage) {
    sys.online(damage);

    String message =
        assertThrows(TopologyException.class, () -> TopologyReader.read(dir)).getMessage();

    assertTrue(message.contains("devices/system/cpu/online has no CPU list"), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void anEmptyListOfOnlineCpusIsRefused() {
    sys.online("");

    assertTrue(
        assertThrows(TopologyException.class, () -> TopologyReader.read(dir))
            .getMessage()
            .contains("names no CPU"));
  }

  @Test
  void aDamagedNumberIsNamed() {
    sys.online("0").cpuFile(0, "topology/physical_package_id", "zero");

    assertTrue(
        assertThrows(TopologyException.class, () -> TopologyReader.read(dir))
            .getMessage()
            .endsWith("cpu0/topology/physical_package_id has no number: \"zero\""));
  }

  @Test
  void aMissingSysIsNamed() {
    assertTrue(
        assertThrows(TopologyException.class, () -> TopologyReader.read(dir))
            .getMessage()
            .contains("is sysfs mounted"));
  }

  @Test
  void thisMachineCanBeRead() {
    Path sys = Path.of("/sys");
    if (Files.exists(sys.resolve("devices/system/cpu/online"))) {
      assertTrue(TopologyReader.read().cpus().size() >= Runtime.getRuntime().availableProcessors());
    }
  }

  @Test
  void aTopologyRefusesCpusOutOfOrder() {
    List<Cpu> cpus = List.of(new Cpu(1, 0, 0, 0, 1024), new Cpu(0, 1, 0, 0, 1024));

    assertThrows(IllegalArgumentException.class, () -> new Topology(2, cpus, 1, 1));
  }
}
