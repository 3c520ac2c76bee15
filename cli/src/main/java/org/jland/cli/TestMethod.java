// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.Set;

/**
 * One test, as its class file tells.
 *
 * @param className binary name of the class that it runs in
 * @param name of the method
 * @param parameters its parameters' types, separated by commas, as JUnit selects methods by
 * @param tags of the method and its class
 */
record TestMethod(String className, String name, String parameters, Set<String> tags) {
  /** Ending of the classes that run inside a guest. */
  static final String GUEST_SUFFIX = "VmTest";

  /** Tag of a test that needs a guest whose time is made of instructions. */
  static final String INSTRUCTIONS = "instructions";

  /** Beside {@link #INSTRUCTIONS}: tag of a test that needs a guest with one CPU. */
  static final String ONE_CPU = "one-cpu";

  /** Tag of a test that runs on one kernel only. */
  static final String NEWEST = "newest";

  /** Tag of a test that runs on every kernel with {@code --kernels}. */
  static final String CORE = "core";

  /** Whether it runs inside a guest. */
  boolean isGuestTest() {
    return outermost().endsWith(GUEST_SUFFIX);
  }

  /** The class without its package. */
  String simpleClassName() {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  /** How JUnit's console names it. */
  String selector() {
    return className + "#" + name + "(" + parameters + ")";
  }

  private String outermost() {
    int nested = className.indexOf('$');
    return nested < 0 ? className : className.substring(0, nested);
  }
}
