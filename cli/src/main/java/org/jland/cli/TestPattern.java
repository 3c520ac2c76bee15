// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.regex.Pattern;

/**
 * What {@code --only} means: a part of a class's name, of a method's name or of {@code
 * Class#method}, in which {@code *} stands for anything.
 */
final class TestPattern {
  private final Pattern pattern;

  TestPattern(String text) {
    String[] parts = text.split("\\*", -1);
    StringBuilder regex = new StringBuilder();
    for (String part : parts) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
    }
    this.pattern = Pattern.compile(regex.toString());
  }

  /** Whether a test is meant. */
  boolean matches(TestMethod test) {
    return pattern.matcher(test.className() + "#" + test.name()).find();
  }
}
