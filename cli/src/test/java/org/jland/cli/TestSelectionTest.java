// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jland.vm.Clock;
import org.jland.vm.KernelEntry;
import org.jland.vm.KernelVersion;
import org.jland.vm.Topology;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tests run where. */
class TestSelectionTest {
  private static final TestMethod UNIT = method("org.jland.cli.RingTest", "wraps");
  private static final TestMethod PLAIN = method("org.jland.guest.AttachVmTest", "detaches");
  private static final TestMethod NEWEST =
      method("org.jland.guest.AttachVmTest", "twentyTimes", TestMethod.NEWEST);
  private static final TestMethod TIMED =
      method("org.jland.guest.FloorVmTest", "hackbench", TestMethod.INSTRUCTIONS);

  @Test
  void everyTestHasItsGuest() {
    Topology flat = Topology.flat(2);
    Topology nodes = new Topology(2, 1, 1, 2);

    assertEquals(
        List.of(
            new GuestBoot(
                "newest-instructions", "newest", Clock.INSTRUCTIONS, flat, List.of(TIMED)),
            new GuestBoot("newest-single", "newest", Clock.SINGLE, nodes, List.of(PLAIN, NEWEST)),
            new GuestBoot("oldest-single", "oldest", Clock.SINGLE, flat, List.of(PLAIN))),
        GuestBoot.plan(List.of("newest", "oldest"), List.of(PLAIN, NEWEST, TIMED)));
  }

  @Test
  void testsThatNeedOneCpuGetAGuestOfTheirOwn() {
    TestMethod cost =
        method("org.jland.guest.CostVmTest", "cost", TestMethod.INSTRUCTIONS, TestMethod.ONE_CPU);

    assertEquals(
        List.of(
            new GuestBoot(
                "7.3-instructions", "7.3", Clock.INSTRUCTIONS, Topology.flat(2), List.of(TIMED)),
            new GuestBoot(
                "7.3-instructions-one-cpu",
                "7.3",
                Clock.INSTRUCTIONS,
                Topology.flat(1),
                List.of(cost))),
        GuestBoot.plan(List.of("7.3"), List.of(TIMED, cost)));
  }

  @Test
  void noGuestIsBootedForNothing() {
    assertEquals(
        List.of(
            new GuestBoot(
                "newest-single",
                "newest",
                Clock.SINGLE,
                new Topology(2, 1, 1, 2),
                List.of(NEWEST))),
        GuestBoot.plan(List.of("newest", "oldest"), List.of(NEWEST)));
  }

  @Test
  void testsOfTheNewestKernelAreSharedByTwoGuests() {
    TestMethod other = method("org.jland.guest.OptionsVmTest", "slice");
    TestMethod third = method("org.jland.guest.StabilityVmTest", "holds");

    List<GuestBoot> boots = GuestBoot.plan(List.of("7.3"), List.of(PLAIN, NEWEST, other, third));

    assertEquals(
        List.of("7.3-single-1", "7.3-single-2"), boots.stream().map(GuestBoot::name).toList());
    assertEquals(List.of(PLAIN, other), boots.get(0).tests());
    assertEquals(List.of(NEWEST, third), boots.get(1).tests());
  }

  @Test
  void matrixRunsTheCoreTestsOnEveryKernelInBothClocks() {
    TestMethod core = method("org.jland.guest.CoreVmTest", "bypass", TestMethod.CORE);
    List<KernelEntry> kernels =
        Stream.of("7.3.4+a", "6.16.3+a", "7.3.1+a", "6.16.12+a")
            .map(release -> new KernelEntry(new KernelVersion(release), true, false))
            .toList();

    KernelMatrix all = KernelMatrix.plan(kernels, "all", List.of(PLAIN, core));
    KernelMatrix series = KernelMatrix.plan(kernels, "series", List.of(PLAIN, core));

    assertEquals(
        List.of("6.16.3", "6.16.12", "7.3.1", "7.3.4"),
        all.boots().stream()
            .filter(boot -> boot.clock() == Clock.SINGLE)
            .map(boot -> boot.name().replace("-single", ""))
            .toList());
    assertEquals(
        List.of("6.16.12-single", "6.16.12-instructions", "7.3.4-single", "7.3.4-instructions"),
        series.boots().stream().map(GuestBoot::name).toList());
    assertTrue(all.boots().stream().allMatch(boot -> boot.tests().equals(List.of(core))));
  }

  @Test
  void matrixTableTellsWhatFailedWhatDidNotRunAndWhatAKernelLacks(@TempDir Path results)
      throws IOException {
    TestMethod core = method("org.jland.guest.CoreVmTest", "bypass", TestMethod.CORE);
    List<KernelEntry> kernels =
        List.of(
            new KernelEntry(new KernelVersion("6.16.3+a"), true, false),
            new KernelEntry(new KernelVersion("7.1.2+a"), true, false),
            new KernelEntry(new KernelVersion("7.3.4+a"), true, false));
    KernelMatrix matrix = KernelMatrix.plan(kernels, "all", List.of(core));
    Files.createDirectories(results.resolve("6.16.3-single"));
    Files.writeString(
        results.resolve("6.16.3-single/output.log"), "measured: x\nwithout: --numa-local\n");

    String table =
        matrix.table(
            KernelMatrix.byName(
                List.of(
                    new Outcome("6.16.3-single", List.of(), new Tally(3, 0, 0)),
                    new Outcome("6.16.3-instructions", List.of(), new Tally(2, 1, 0)),
                    new Outcome("7.1.2-single", List.of(), new Tally(0, 0, 3)),
                    new Outcome("7.3.4-single", List.of(), new Tally(3, 0, 0)))),
            results);

    assertEquals(
        List.of(
            "| 6.16.3 | 3 passed | **1 failed** | --numa-local |",
            "| 7.1.2 | can't | not run |  |",
            "| 7.3.4 | 3 passed | not run |  |"),
        table.lines().skip(2).toList());
    String readme =
        "a\n<!-- kernels: ./jland test --kernels x -->\nold\n<!-- end of kernels -->\nb";
    String replaced = KernelMatrix.replaceIn(readme, "series", table);
    assertTrue(replaced.startsWith("a\n<!-- kernels: ./jland test --kernels series"), replaced);
    assertTrue(replaced.endsWith("<!-- end of kernels -->\nb"), replaced);
    assertFalse(replaced.contains("old"), replaced);
    assertThrows(Failure.class, () -> KernelMatrix.replaceIn("no mark", "all", table));
  }

  @Test
  void patternIsAPartOfClassOrMethodWithStars() {
    assertTrue(new TestPattern("AttachVm").matches(PLAIN));
    assertTrue(new TestPattern("detaches").matches(PLAIN));
    assertTrue(new TestPattern("Attach*#det*es").matches(PLAIN));
    assertTrue(new TestPattern("*").matches(UNIT));
    assertFalse(new TestPattern("detaches").matches(UNIT));
    assertFalse(new TestPattern("Attach.mTest").matches(PLAIN), "a point is no wildcard");
  }

  @Test
  void surefireGetsExactlyTheWantedMethods() {
    TestMethod other = method("org.jland.cli.RingTest", "isEmpty");

    List<String> goals =
        new UnitTests(
                Path.of("."), Path.of("home"), List.of(UNIT, other, method("a.BTest", "c")), true)
            .goals();

    assertTrue(goals.contains("-Dtest=a.BTest#c,org.jland.cli.RingTest#wraps+isEmpty"), "" + goals);
    assertEquals(
        List.of("verify"), new UnitTests(Path.of("."), Path.of("home"), List.of(), true).goals());
  }

  @Test
  void consoleGetsExactlyTheWantedMethods() {
    List<String> arguments =
        GuestTests.arguments(
            new GuestBoot(
                "newest-single", "newest", Clock.SINGLE, Topology.flat(2), List.of(PLAIN)));

    assertTrue(
        arguments.contains("--select-method=org.jland.guest.AttachVmTest#detaches()"),
        "" + arguments);
  }

  /** A class for the catalog to find. */
  @Tag("one")
  abstract static class Inherited {
    @Test
    void inherited() {}
  }

  /** Another one. */
  static class Sample extends Inherited {
    @ParameterizedTest
    @ValueSource(strings = "x")
    @Tag("two")
    @Tag("three")
    void withParameters(String text, int[] numbers) {}

    @RepeatedTest(1)
    void repeated() {}

    void noTest() {}
  }

  @Test
  void catalogReadsClassFiles() throws Exception {
    List<TestMethod> found = catalog(test -> test.className().endsWith("$Sample"));

    String name = TestSelectionTest.class.getName() + "$Sample";
    assertEquals(3, found.size(), found::toString);
    assertTrue(found.contains(new TestMethod(name, "inherited", "", Set.of("one"))), "" + found);
    assertTrue(found.contains(new TestMethod(name, "repeated", "", Set.of("one"))), "" + found);
    assertTrue(
        found.contains(
            new TestMethod(
                name, "withParameters", "java.lang.String,int[]", Set.of("one", "two", "three"))),
        "" + found);
    assertTrue(catalog(test -> test.className().endsWith("$Inherited")).isEmpty());
  }

  @Test
  void everyGuestTestIsKnown() throws Exception {
    assertFalse(catalog(TestMethod::isGuestTest).isEmpty());
    assertTrue(
        catalog(TestMethod::isGuestTest).stream()
            .allMatch(test -> test.className().startsWith("org.jland.guest.")));
  }

  private static List<TestMethod> catalog(Predicate<TestMethod> wanted)
      throws IOException, java.net.URISyntaxException {
    Path classes =
        Path.of(TestSelectionTest.class.getResource("TestSelectionTest.class").toURI())
            .resolve("../../../..")
            .normalize();
    return TestCatalog.readFolder(classes).stream().filter(wanted).toList();
  }

  private static TestMethod method(String className, String name, String... tags) {
    return new TestMethod(className, name, "", Set.of(tags));
  }
}
