// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jland.vm.Clock;
import org.jland.vm.Topology;

/**
 * One guest and the tests that run in it.
 *
 * @param kernel which one, as the rig selects it
 * @param clock what its time is made of
 * @param topology its CPUs
 * @param tests what runs, not empty
 */
record GuestBoot(String kernel, Clock clock, Topology topology, List<TestMethod> tests) {
  private static final Topology FLAT = Topology.flat(2);

  /** Two CPUs that share nothing: two LLCs, two NUMA nodes. */
  private static final Topology NODES = new Topology(2, 1, 1, 2);

  /** A folder's name and the start of its lines. */
  String label() {
    return kernel + "-" + clock;
  }

  /**
   * Spreads tests over as few guests as there can be.
   *
   * @param kernels the first is the one for tests that need one kernel only
   * @param tests the guest tests that are wanted
   */
  static List<GuestBoot> plan(List<String> kernels, List<TestMethod> tests) {
    List<GuestBoot> boots = new ArrayList<>();
    String first = kernels.getFirst();
    // The longest first: instruction time is slow.
    add(boots, new GuestBoot(first, Clock.INSTRUCTIONS, FLAT, tests), GuestBoot::isTimed);
    add(boots, new GuestBoot(first, Clock.SINGLE, NODES, tests), test -> !isTimed(test));
    for (String kernel : kernels.subList(1, kernels.size())) {
      add(
          boots,
          new GuestBoot(kernel, Clock.SINGLE, FLAT, tests),
          test -> !isTimed(test) && !test.tags().contains(TestMethod.NEWEST));
    }
    return boots;
  }

  private static void add(List<GuestBoot> boots, GuestBoot boot, Predicate<TestMethod> wanted) {
    List<TestMethod> chosen = boot.tests().stream().filter(wanted).toList();
    if (!chosen.isEmpty()) {
      boots.add(new GuestBoot(boot.kernel(), boot.clock(), boot.topology(), chosen));
    }
  }

  private static boolean isTimed(TestMethod test) {
    return test.tags().contains(TestMethod.INSTRUCTIONS);
  }
}
