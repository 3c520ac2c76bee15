// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jland.vm.Accelerator;
import org.jland.vm.Clock;
import org.jland.vm.GuestResult;
import org.jland.vm.GuestSpec;
import org.jland.vm.KernelEntry;
import org.jland.vm.KernelVersion;
import org.jland.vm.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the runners of tests say, and what is made of it. */
class RunnerOutputTest {
  private static final String REPORT =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuite name="JUnit Jupiter" tests="3">
      <testcase name="a()" classname="org.jland.guest.AVmTest" time="1.5"></testcase>
      <testcase name="b()" classname="org.jland.guest.AVmTest" time="0.25">
      <failure message="expected 1&#10;but was 2" type="X"><![CDATA[X: stack
      \tat java.base/java.lang.Thread.run(Thread.java:1)
      \tat org.jland.guest.AVmTest.b(AVmTest.java:12)
      ]]></failure>
      <system-out>x</system-out></testcase>
      <testcase name="c()" classname="org.jland.guest.AVmTest" time="0">
      <skipped><![CDATA[needs kernel 7.0]]></skipped></testcase>
      </testsuite>
      """;
  private static final String PASSED =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuite name="JUnit Jupiter" tests="1">
      <testcase name="a()" classname="org.jland.guest.AVmTest" time="1.5"></testcase>
      </testsuite>
      """;
  private static final TestMethod TEST =
      new TestMethod("org.jland.guest.AVmTest", "a", "", Set.of());

  @TempDir Path temp;
  private final List<String> lines = new ArrayList<>();
  private List<TestMethod> tests = List.of(TEST);
  private int status = 1;
  private boolean died;

  @Test
  void mavenIsCountedByItsClosingLines() {
    MavenOutput output = new MavenOutput(lines::add);
    List.of(
            "[INFO] Scanning for projects...",
            "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in A",
            "[ERROR] Tests run: 4, Failures: 1, Errors: 1, Skipped: 1, Time elapsed: 0.1 s <<< F",
            "[ERROR]   RingTest.wraps:12 expected 1",
            "[ERROR] Tests run: 7, Failures: 1, Errors: 1, Skipped: 1",
            "[WARNING] Tests run: 2, Failures: 0, Errors: 0, Skipped: 1",
            "[INFO] BUILD FAILURE")
        .forEach(output);

    assertEquals(new Tally(5, 2, 2), output.tally());
    assertEquals(
        List.of(
            "Tests run: 7, Failures: 1, Errors: 1, Skipped: 1",
            "Tests run: 2, Failures: 0, Errors: 0, Skipped: 1"),
        output.closing());
    assertEquals(4, lines.size(), lines::toString);
    assertFalse(output.missedSomethingOffline());
  }

  @Test
  void missingArtifactIsNoticed() {
    MavenOutput output = new MavenOutput(lines::add);
    output.accept("[ERROR] Cannot access central in offline mode and the artifact x");

    assertTrue(output.missedSomethingOffline());
  }

  @Test
  void whatCouldNotBeCheckedIsSaidAtOnceAndAtTheEnd() {
    List<String> lines = new ArrayList<>();
    MavenOutput output = new MavenOutput(lines::add);
    output.accept("NOT CHECKED: the schema");

    assertEquals(List.of("NOT CHECKED: the schema"), lines);
    assertEquals(lines, output.closing());
  }

  @Test
  void reportIsRead() throws IOException {
    JUnitReport report = JUnitReport.read(Files.writeString(temp.resolve("r.xml"), REPORT));

    assertEquals(new Tally(1, 1, 1), report.tally());
    assertEquals(
        List.of(
            "FAILED  AVmTest.b() (0.3 s): expected 1",
            "  but was 2",
            "  at org.jland.guest.AVmTest.b(AVmTest.java:12)"),
        report.cases().get(1).lines());
    assertEquals("needs kernel 7.0", report.cases().get(2).message());
  }

  @Test
  void longMessageOfAFailureIsShownFromBothEnds() {
    String message = IntStream.range(0, 100).mapToObj(i -> "line " + i).collect(joining("\n"));

    List<String> shown =
        new JUnitReport.Case("AVmTest", "b()", 1, JUnitReport.Result.FAILED, message, List.of())
            .lines();

    assertEquals(41, shown.size());
    assertEquals("  line 19", shown.get(19));
    assertEquals("  (60 lines of it are left out here)", shown.get(20));
    assertEquals("  line 80", shown.get(21));
    assertEquals("  line 99", shown.getLast());
  }

  @Test
  void guestsReportIsCountedAndItsFailuresAreShown() throws IOException {
    Outcome outcome = runGuest(REPORT, "JUnit Jupiter > AVmTest > a() :: SUCCESSFUL\n");

    assertEquals(new Tally(1, 1, 1), outcome.tally());
    assertTrue(lines.contains("AVmTest > a() :: SUCCESSFUL"), lines::toString);
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("FAILED  AVmTest.b()")));
    assertTrue(outcome.closing().getFirst().contains("7.3.4"), outcome::toString);
    assertTrue(outcome.closing().contains("  but was 2"), outcome::toString);
  }

  @Test
  void guestThatBringsNoReportFailsAllItsTests() throws IOException {
    Outcome outcome = runGuest(null, "no java\n");

    assertEquals(new Tally(0, 1, 0), outcome.tally());
    assertTrue(lines.contains("no java"), lines::toString);
  }

  @Test
  void guestThatDiesAfterItsReportFails() throws IOException {
    died = true;
    Outcome outcome = runGuest(PASSED, "");

    assertEquals(new Tally(1, 1, 0), outcome.tally());
    assertTrue(lines.toString().contains("the guest's kernel panicked"), lines::toString);
  }

  @Test
  void statusThatTheReportDoesNotExplainIsAFailure() throws IOException {
    assertEquals(new Tally(1, 1, 0), runGuest(PASSED, "").tally());
  }

  @Test
  void testThatIsNotInTheReportFailed() throws IOException {
    tests = List.of(TEST, new TestMethod("org.jland.guest.AVmTest", "z", "", Set.of()));
    status = 0;
    assertEquals(new Tally(1, 1, 0), runGuest(PASSED, "").tally());
  }

  @Test
  void tallyAddsUp() {
    assertEquals("3 passed, 1 failed, 0 skipped", new Tally(3, 0, 0).plus(Tally.ONE_FAILED).line());
  }

  @Test
  void linesAreCutWhereTheyEnd() {
    try (LineSink sink = new LineSink(lines::add)) {
      sink.write("one\r\ntw".getBytes(StandardCharsets.UTF_8), 0, 7);
      sink.write("xxo µ\n\nlast".getBytes(StandardCharsets.UTF_8), 2, 10);
    }
    assertEquals(List.of("one", "two µ", "", "last"), lines);
  }

  private Outcome runGuest(String report, String output) throws IOException {
    Guests guests =
        new Guests() {
          @Override
          public List<KernelEntry> kernels() {
            return List.of();
          }

          @Override
          public void prepare(GuestSpec spec) {}

          @Override
          public GuestResult run(GuestSpec spec, OutputStream out, OutputStream err)
              throws IOException {
            out.write(output.getBytes(StandardCharsets.UTF_8));
            if (report != null) {
              Path junit = Files.createDirectories(spec.artefacts().get().resolve("junit"));
              Files.writeString(junit.resolve("TEST-junit-jupiter.xml"), report);
            }
            if (died) {
              throw new IOException("the guest's kernel panicked");
            }
            return new GuestResult(
                status,
                new KernelVersion("7.3.4+x"),
                Accelerator.TCG,
                Duration.ofSeconds(4),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30));
          }

          @Override
          public GuestResult shell(GuestSpec spec) {
            throw new UnsupportedOperationException();
          }
        };
    GuestTests runner =
        new GuestTests(
            guests, temp.resolve("jars"), temp.resolve("home"), temp.resolve("out"), List.of());
    return runner.run(
        new GuestBoot("newest-single", "newest", Clock.SINGLE, Topology.flat(2), tests),
        lines::add);
  }
}
