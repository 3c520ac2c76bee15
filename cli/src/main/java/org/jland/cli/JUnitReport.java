// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What JUnit's console wrote about a run.
 *
 * @param cases in the order in which they ran
 */
record JUnitReport(List<Case> cases) {

  /** How a test ended. */
  enum Result {
    PASSED,
    FAILED,
    SKIPPED
  }

  /**
   * One test.
   *
   * @param className of the class it ran in
   * @param name of the method, with an invocation's number if it has parameters
   * @param seconds that it took
   * @param result how it ended
   * @param message why it failed or was skipped, any number of lines, may be empty
   * @param trace the frames of its stack that are ours, as {@code at ...}, may be empty
   */
  record Case(
      String className,
      String name,
      double seconds,
      Result result,
      String message,
      List<String> trace) {

    Case {
      trace = List.copyOf(trace);
    }

    /** For the reader: a line, and for a failure all that is known of its cause below it. */
    List<String> lines() {
      String simple = className.substring(className.lastIndexOf('.') + 1);
      List<String> why = message.lines().toList();
      String head = String.format("%-7s %s.%s (%.1f s)", result, simple, name, seconds);
      List<String> lines = new ArrayList<>();
      lines.add(why.isEmpty() ? head : head + ": " + why.getFirst());
      if (result == Result.FAILED) {
        for (int i = 1; i < why.size(); i++) {
          if (i == LINES && why.size() > 2 * LINES) {
            int left = why.size() - 2 * LINES;
            lines.add("  (" + left + " lines of it are left out here)");
            i += left;
          }
          lines.add("  " + why.get(i));
        }
        trace.forEach(frame -> lines.add("  " + frame));
      }
      return lines;
    }
  }

  /** Of a long message so many lines are shown of its beginning, and of its end. */
  private static final int LINES = 20;

  private static final int FRAMES = 4;

  JUnitReport {
    cases = List.copyOf(cases);
  }

  /** The tests, counted. */
  Tally tally() {
    return new Tally(count(Result.PASSED), count(Result.FAILED), count(Result.SKIPPED));
  }

  private int count(Result result) {
    return (int) cases.stream().filter(test -> test.result() == result).count();
  }

  /** Reads a file in the format that JUnit 4's Ant task began and everybody writes. */
  static JUnitReport read(Path file) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      Document document = factory.newDocumentBuilder().parse(file.toFile());
      NodeList nodes = document.getElementsByTagName("testcase");
      List<Case> cases = new ArrayList<>();
      for (int i = 0; i < nodes.getLength(); i++) {
        cases.add(read((Element) nodes.item(i)));
      }
      return new JUnitReport(cases);
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("no JUnit report: " + file + " (" + e.getMessage() + ")", e);
    }
  }

  private static Case read(Element test) {
    Result result = Result.PASSED;
    String message = "";
    String details = "";
    for (String kind : List.of("failure", "error", "skipped")) {
      NodeList found = test.getElementsByTagName(kind);
      if (found.getLength() > 0) {
        result = kind.equals("skipped") ? Result.SKIPPED : Result.FAILED;
        Element element = (Element) found.item(0);
        String text = element.getAttribute("message");
        details = element.getTextContent();
        message = text.isBlank() ? firstLine(details) : text.strip();
      }
    }
    String seconds = test.getAttribute("time");
    return new Case(
        test.getAttribute("classname"),
        test.getAttribute("name"),
        seconds.isEmpty() ? 0 : Double.parseDouble(seconds),
        result,
        message,
        ownFrames(details));
  }

  private static List<String> ownFrames(String stack) {
    return stack
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("at ") && line.contains("org.jland."))
        .limit(FRAMES)
        .toList();
  }

  private static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("");
  }
}
