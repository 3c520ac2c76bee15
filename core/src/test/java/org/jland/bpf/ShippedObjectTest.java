// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What our reader says about a compiler's output: the object in this jar. */
class ShippedObjectTest {
  private final BpfObjectSpec spec =
      BpfObjectSpec.fromResource("jland", BpfObjectSpec.class, "/org/jland/bpf/jland.bpf.o");

  @Test
  void variablesOfSectionDoNotOverlap() {
    Set<String> sections =
        spec.variables().values().stream()
            .map(BpfVariable::section)
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(sections.contains(".bss") && sections.contains(".rodata"), sections.toString());
    for (String section : sections) {
      List<BpfVariable> variables = new ArrayList<>(spec.variables().values());
      variables.removeIf(variable -> !variable.section().equals(section));
      variables.sort(Comparator.comparingLong(BpfVariable::offset));
      long end = 0;
      for (BpfVariable variable : variables) {
        assertTrue(variable.offset() >= end, variable + " begins before " + end);
        assertTrue(variable.size() > 0, variable.toString());
        end = variable.offset() + variable.size();
      }
    }
  }

  @Test
  void mapsAndProgramsAreThere() {
    assertFalse(spec.maps().isEmpty());
    assertFalse(spec.programs().isEmpty());
  }

  @Test
  void thereIsOneTableOfSchedExtOperations() {
    List<StructOpsSpec> tables = spec.structOps();
    assertEquals(1, tables.size());
    BtfStruct type = tables.get(0).type();
    assertEquals("sched_ext_ops", type.name());
    assertEquals(128, type.member("name").size());
    assertEquals(8, type.member("flags").size());
    assertEquals(4, type.member("timeout_ms").size());
  }
}
