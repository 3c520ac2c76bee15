// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jland.policy.Policy;
import org.jland.schedulers.ScxJland;
import org.junit.jupiter.api.Test;

/** Which package may use which: what a policy sees must be there without a kernel too. */
class DependencyRuleTest {
  private static final Pattern PACKAGE = Pattern.compile("org/jland/([a-z]+)/");

  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          "policy", Set.of("ffi", "intf", "topology"),
          "topology", Set.of(),
          "intf", Set.of(),
          "ffi", Set.of(),
          "os", Set.of("ffi"),
          "bpf", Set.of("ffi", "os"),
          "stats", Set.of("os"),
          "scheduler", Set.of("bpf", "ffi", "intf", "os", "policy", "stats", "topology"),
          "app", Set.of("bpf", "intf", "os", "policy", "scheduler", "stats", "topology"));

  @Test
  void packagesOfTheFrameworkUseOnlyThoseBelowThem() throws IOException, URISyntaxException {
    Map<String, Set<String>> used = new TreeMap<>();
    forEachClass(
        Policy.class,
        (name, uses) -> {
          String home = packageOf(name);
          if (home != null) {
            used.computeIfAbsent(home, key -> new TreeSet<>()).addAll(uses);
          }
        });

    assertEquals(ALLOWED.keySet(), used.keySet());
    used.forEach((home, uses) -> {
      uses.remove(home);
      uses.removeAll(ALLOWED.get(home));
      assertEquals(Set.of(), uses, home + " uses what it must not");
    });
  }

  @Test
  void deadlinePolicySeesPolicyAndTopologyOnly() throws IOException, URISyntaxException {
    Set<String> used = new TreeSet<>();
    forEachClass(
        ScxJland.class,
        (name, uses) -> {
          if (name.contains("DeadlinePolicy")) {
            used.addAll(uses);
          }
        });

    assertFalse(used.isEmpty());
    used.removeAll(Set.of("policy", "topology", "schedulers"));
    assertEquals(Set.of(), used);
  }

  private interface Visitor {
    void visit(String name, Set<String> packages);
  }

  private static void forEachClass(Class<?> anchor, Visitor visitor)
      throws IOException, URISyntaxException {
    Path place = Path.of(anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(place)) {
      walk(place, visitor);
    } else {
      try (FileSystem jar = FileSystems.newFileSystem(place)) {
        walk(jar.getPath("/"), visitor);
      }
    }
  }

  private static void walk(Path root, Visitor visitor) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
        visitor.visit(model.thisClass().asInternalName(), uses(model));
      }
    }
  }

  /** The packages of jland that a class names: in its class entries and in its descriptors. */
  private static Set<String> uses(ClassModel model) {
    Set<String> packages = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      String text =
          switch (entry) {
            case ClassEntry type -> type.asInternalName();
            case Utf8Entry utf8 when utf8.stringValue().contains("Lorg/jland/") ->
                utf8.stringValue();
            default -> "";
          };
      Matcher matcher = PACKAGE.matcher(text);
      while (matcher.find()) {
        packages.add(matcher.group(1));
      }
    }
    return packages;
  }

  private static String packageOf(String name) {
    Matcher matcher = PACKAGE.matcher(name);
    return matcher.find() ? matcher.group(1) : null;
  }
}
