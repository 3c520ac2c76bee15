// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jland.vm.Clock;

/**
 * One guest and the tests that run in it.
 *
 * @param kernel which one, as the rig selects it
 * @param clock what its time is made of
 * @param tests what runs, not empty
 */
record GuestBoot(String kernel, Clock clock, List<TestMethod> tests) {

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
    add(boots, first, Clock.INSTRUCTIONS, tests, GuestBoot::isTimed);
    add(boots, first, Clock.SINGLE, tests, test -> !isTimed(test));
    for (String kernel : kernels.subList(1, kernels.size())) {
      add(
          boots,
          kernel,
          Clock.SINGLE,
          tests,
          test -> !isTimed(test) && !test.tags().contains(TestMethod.NEWEST));
    }
    return boots;
  }

  private static void add(
      List<GuestBoot> boots,
      String kernel,
      Clock clock,
      List<TestMethod> tests,
      Predicate<TestMethod> wanted) {
    List<TestMethod> chosen = tests.stream().filter(wanted).toList();
    if (!chosen.isEmpty()) {
      boots.add(new GuestBoot(kernel, clock, chosen));
    }
  }

  private static boolean isTimed(TestMethod test) {
    return test.tags().contains(TestMethod.INSTRUCTIONS);
  }
}
