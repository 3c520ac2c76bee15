// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jland.vm.Clock;
import org.jland.vm.Topology;

/**
 * One guest and the tests that run in it.
 *
 * @param name a folder's name and the start of its lines
 * @param kernel which one, as the rig selects it
 * @param clock what its time is made of
 * @param topology its CPUs
 * @param tests what runs, not empty
 */
record GuestBoot(
    String name, String kernel, Clock clock, Topology topology, List<TestMethod> tests) {
  private static final Topology FLAT = Topology.flat(2);

  /** Two CPUs that share nothing: two LLCs, two NUMA nodes. */
  private static final Topology NODES = new Topology(2, 1, 1, 2);

  /**
   * Spreads tests over as few guests as there can be.
   *
   * @param kernels the first is the one for tests that need one kernel only
   * @param tests the guest tests that are wanted
   */
  static List<GuestBoot> plan(List<String> kernels, List<TestMethod> tests) {
    List<GuestBoot> boots = new ArrayList<>();
    String first = kernels.getFirst();
    // Instruction time is slow: it comes first.
    boots.add(
        boot(
            first,
            Clock.INSTRUCTIONS,
            FLAT,
            tests.stream().filter(GuestBoot::isTimed).filter(test -> !wantsOneCpu(test))));
    boots.add(
        new GuestBoot(
            first + "-instructions-one-cpu",
            first,
            Clock.INSTRUCTIONS,
            Topology.flat(1),
            tests.stream().filter(GuestBoot::isTimed).filter(GuestBoot::wantsOneCpu).toList()));
    List<TestMethod> functional = tests.stream().filter(test -> !isTimed(test)).toList();
    boots.addAll(boot(first, Clock.SINGLE, NODES, functional.stream()).halves());
    for (String kernel : kernels.subList(1, kernels.size())) {
      boots.add(
          boot(
              kernel,
              Clock.SINGLE,
              FLAT,
              functional.stream().filter(test -> !test.tags().contains(TestMethod.NEWEST))));
    }
    return boots.stream().filter(boot -> !boot.tests().isEmpty()).toList();
  }

  private static GuestBoot boot(
      String kernel, Clock clock, Topology topology, Stream<TestMethod> tests) {
    return new GuestBoot(kernel + "-" + clock, kernel, clock, topology, tests.toList());
  }

  /**
   * Two guests side by side, every other test in each: the slow classes are shared, and the slowest
   * boot would hold up the rest. A single class is not worth a second boot.
   */
  private List<GuestBoot> halves() {
    if (tests.stream().map(TestMethod::className).distinct().count() < 2) {
      return List.of(this);
    }
    return List.of(half(0), half(1));
  }

  private GuestBoot half(int which) {
    return new GuestBoot(
        name + "-" + (which + 1),
        kernel,
        clock,
        topology,
        IntStream.range(0, tests.size()).filter(i -> i % 2 == which).mapToObj(tests::get).toList());
  }

  private static boolean wantsOneCpu(TestMethod test) {
    return test.tags().contains(TestMethod.ONE_CPU);
  }

  private static boolean isTimed(TestMethod test) {
    return test.tags().contains(TestMethod.INSTRUCTIONS);
  }
}
