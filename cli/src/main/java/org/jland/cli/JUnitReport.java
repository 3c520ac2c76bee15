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
   * @param message first line of why it failed or was skipped, may be empty
   */
  record Case(String className, String name, double seconds, Result result, String message) {
    /** One line for the reader. */
    String line() {
      String simple = className.substring(className.lastIndexOf('.') + 1);
      return String.format(
          "%-7s %s.%s (%.1f s)%s",
          result, simple, name, seconds, message.isEmpty() ? "" : ": " + message);
    }
  }

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
    for (String kind : List.of("failure", "error", "skipped")) {
      NodeList found = test.getElementsByTagName(kind);
      if (found.getLength() > 0) {
        result = kind.equals("skipped") ? Result.SKIPPED : Result.FAILED;
        Element element = (Element) found.item(0);
        String text = element.getAttribute("message");
        message = firstLine(text.isBlank() ? element.getTextContent() : text);
      }
    }
    String seconds = test.getAttribute("time");
    return new Case(
        test.getAttribute("classname"),
        test.getAttribute("name"),
        seconds.isEmpty() ? 0 : Double.parseDouble(seconds),
        result,
        message);
  }

  private static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("");
  }
}
