// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles a user's scheduler. Not by the java launcher's source mode: the compiler would then live
 * in the scheduler's own small heap, locked into memory for as long as it runs.
 */
final class SchedulerSource {
  private static final Pattern PACKAGE =
      Pattern.compile("^\\s*package\\s+([\\p{L}\\p{N}_$.]+)\\s*;", Pattern.MULTILINE);

  private SchedulerSource() {}

  /**
   * Compiles one file.
   *
   * @param source its main class has the file's name
   * @param lib folder with jland's jars
   * @param classes gets the class files
   * @return name of the main class
   */
  static String compile(Path source, Path lib, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new Failure(
          "compiling "
              + source
              + " needs a JDK, and this is a runtime only; type: apt-get install"
              + " openjdk-25-jdk-headless, or set JAVA_HOME");
    }
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "--module-path",
            lib.toString(),
            "--add-modules",
            "org.jland.core",
            "-implicit:none",
            "-proc:none",
            "-d",
            classes.toString());
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      if (!compiled) {
        System.err.print(messages);
        throw new Failure(source + " does not compile (above)");
      }
    }
    return mainClass(source, Files.readString(source));
  }

  /** The class that is named like the file, in the package that the text names. */
  static String mainClass(Path source, String text) {
    String simple = source.getFileName().toString().replaceFirst("\\.java$", "");
    Matcher matcher = PACKAGE.matcher(text);
    return matcher.find() ? matcher.group(1) + "." + simple : simple;
  }
}
