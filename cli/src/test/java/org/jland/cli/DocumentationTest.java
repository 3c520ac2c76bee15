// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jland.os.Capabilities.Capability;
import org.jland.scheduler.Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Option;

/** What the documentation says about the code, as far as a machine can tell. */
class DocumentationTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("public final class (\\w+)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  @TempDir Path temp;

  @Test
  void schedulersInTheDocumentationCompileWithoutWarnings() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path page : pages()) {
      for (MatchResult example : JAVA.matcher(Files.readString(page)).results().toList()) {
        var name = CLASS.matcher(example.group(1));
        if (name.find()) {
          sources.add(Files.writeString(temp.resolve(name.group(1) + ".java"), example.group(1)));
        }
      }
    }
    assertTrue(sources.size() >= 3, sources::toString);

    StringWriter messages = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-Xlint:all,-path", "-Werror", "-proc:none", "-d", "" + temp, "-cp", classPath());
      var units = files.getJavaFileObjectsFromPaths(sources);
      boolean compiled = compiler.getTask(messages, files, null, options, null, units).call();
      assertTrue(compiled, messages::toString);
    }
  }

  @Test
  void linksBetweenPagesLeadSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : pages()) {
      for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
        if (!Files.exists(page.resolveSibling(link.group(1)))) {
          dead.add(ROOT.relativize(page) + ": " + link.group(1));
        }
      }
    }
    assertEquals(List.of(), dead);
  }

  @Test
  void readmeNamesEveryOptionOfASchedulerWithItsDefault() throws Exception {
    List<String> readme = Files.readAllLines(ROOT.resolve("README.md"));
    List<String> missing = new ArrayList<>();
    for (String options :
        List.of("org.jland.app.SchedulerOptions", "org.jland.schedulers.DeadlineOptions")) {
      for (Field field : Class.forName(options).getDeclaredFields()) {
        Option option = field.getAnnotation(Option.class);
        if (option != null) {
          missing.addAll(missingNames(option, readme));
        }
      }
    }
    assertEquals(List.of(), missing);
  }

  /** The names that no row of a table has together with the option's default. */
  private static List<String> missingNames(Option option, List<String> readme) {
    String value =
        option.defaultValue().equals(Option.NULL_VALUE) || option.defaultValue().startsWith("__")
            ? ""
            : option.defaultValue();
    return Stream.of(option.names())
        .filter(name ->
            readme.stream()
                .filter(row -> row.startsWith("|"))
                .filter(row -> row.contains("`" + name + "`") || row.contains("`" + name + " "))
                .noneMatch(row -> row.matches(".*[| `]" + Pattern.quote(value) + "[` ].*")))
        .map(name -> name + (value.isEmpty() ? "" : " " + value))
        .toList();
  }

  @Test
  void interfacePageNamesEveryCounter() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/API.md"));
    List<Counter> missing =
        Stream.of(Counter.values()).filter(counter -> !page.contains("`" + counter + "`")).toList();
    assertEquals(List.of(), missing);
  }

  /** Those that SandboxVmTest shows to be enough, and that a scheduler keeps. */
  @Test
  void theServiceUnitGivesTheCapabilitiesThatASchedulerKeepsAndNoOthers() throws IOException {
    List<String> unit = Files.readAllLines(ROOT.resolve("dist/systemd/scx_jland.service"));
    String kept =
        EnumSet.complementOf(EnumSet.of(Capability.SYS_ADMIN)).stream()
            .map(capability -> "CAP_" + capability)
            .sorted()
            .collect(Collectors.joining(" "));
    String given =
        unit.stream()
            .filter(line -> line.startsWith("CapabilityBoundingSet="))
            .flatMap(line -> Stream.of(line.replaceAll(".*=", "").split(" ")))
            .sorted()
            .collect(Collectors.joining(" "));
    assertEquals(kept, given);
    assertTrue(unit.contains("LimitMEMLOCK=infinity"));
    assertTrue(unit.contains("NoNewPrivileges=yes"));
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(top, docs).filter(path -> path.toString().endsWith(".md")).toList();
    }
  }

  /** Core and picocli: all that a scheduler is compiled against. */
  private static String classPath() {
    return Stream.of(Counter.class, Option.class)
        .map(type ->
            Path.of(URI.create("" + type.getProtectionDomain().getCodeSource().getLocation())))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
