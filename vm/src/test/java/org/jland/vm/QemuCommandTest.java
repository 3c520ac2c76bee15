// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QemuCommandTest {
  private static final GuestSpec SPEC = GuestSpec.of(List.of("true"));

  @Test
  void instructionTimeIsOneNanosecondEachWithoutSleeping() {
    assertTrue(
        line(SPEC, Accelerator.TCG_INSTRUCTIONS)
            .contains("-accel tcg,thread=single -icount shift=0,sleep=off"));
  }

  @ParameterizedTest
  @EnumSource(Accelerator.class)
  void emulationIsNeverMultithreaded(Accelerator accelerator) {
    assertFalse(line(SPEC, accelerator).contains("thread=multi"));
  }

  @Test
  void rootDiskStaysPristine() {
    assertTrue(line(SPEC, Accelerator.TCG).contains("file=/cache/a,,b/root.img,snapshot=on"));
  }

  @Test
  void guestHasNoNetwork() {
    String line = line(SPEC, Accelerator.TCG);
    assertTrue(line.contains("-nodefaults"));
    assertFalse(line.contains("-net"));
  }

  @Test
  void kernelArgumentsAreAddedToOurs() {
    List<String> words =
        words(SPEC.withKernelArguments(List.of("nosmt", "isolcpus=1")), Accelerator.TCG);
    String arguments = words.get(words.indexOf("-append") + 1);
    assertTrue(arguments.startsWith("root=PARTUUID=6a6c616e-01 "), arguments);
    assertTrue(arguments.endsWith(" nosmt isolcpus=1"), arguments);
  }

  @Test
  void promptGetsTheTerminalAndACommandDoesNot() {
    assertTrue(line(SPEC.withCommand(List.of()), Accelerator.TCG).contains("virtconsole"));
    assertFalse(line(SPEC, Accelerator.TCG).contains("virtconsole"));
    assertTrue(line(SPEC, Accelerator.TCG).contains("name=org.jland.stdout"));
  }

  @Test
  void numaNodesAreWholeSocketsWithTheirShareOfMemory() {
    assertEquals(
        "-smp 8,sockets=2,cores=2,threads=2 -m 1024M"
            + " -object memory-backend-ram,id=mem0,size=512M"
            + " -numa node,nodeid=0,memdev=mem0,cpus=0-3"
            + " -object memory-backend-ram,id=mem1,size=512M"
            + " -numa node,nodeid=1,memdev=mem1,cpus=4-7",
        String.join(" ", new Topology(2, 2, 2, 2).arguments(1025)));
  }

  private static String line(GuestSpec spec, Accelerator accelerator) {
    return String.join(" ", words(spec, accelerator));
  }

  private static List<String> words(GuestSpec spec, Accelerator accelerator) {
    return new QemuCommand(spec, Path.of("/vmlinuz"), Path.of("/cache/a,b/root.img"), accelerator)
        .words(List.of("qemu"));
  }
}
