// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All tests of a source tree, read from the class files that the build left. */
final class TestCatalog {
  private static final String JUNIT = "org.junit.jupiter.";
  private static final Set<String> TEST_ANNOTATIONS =
      Set.of(
          JUNIT + "api.Test",
          JUNIT + "api.RepeatedTest",
          JUNIT + "api.TestFactory",
          JUNIT + "params.ParameterizedTest");
  private static final String TAG = JUNIT + "api.Tag";
  private static final String TAGS = JUNIT + "api.Tags";

  private final Map<String, ClassModel> classes = new TreeMap<>();

  private TestCatalog() {}

  /**
   * Reads {@code MODULE/target/test-classes} of all modules.
   *
   * @param source the source tree
   */
  static List<TestMethod> read(Path source) throws IOException {
    TestCatalog catalog = new TestCatalog();
    try (Stream<Path> modules = Files.list(source)) {
      for (Path module : modules.sorted().toList()) {
        catalog.add(module.resolve("target/test-classes"));
      }
    }
    return catalog.tests();
  }

  /** The tests of one folder of class files. */
  static List<TestMethod> readFolder(Path folder) throws IOException {
    TestCatalog catalog = new TestCatalog();
    catalog.add(folder);
    return catalog.tests();
  }

  private void add(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        ClassModel model = ClassFile.of().parse(file);
        classes.put(name(model.thisClass().asSymbol()), model);
      }
    }
  }

  private List<TestMethod> tests() {
    List<TestMethod> tests = new ArrayList<>();
    classes.forEach((name, model) -> {
      if (!model.flags().has(AccessFlag.ABSTRACT)) {
        methods(name, model).values().forEach(tests::add);
      }
    });
    return tests;
  }

  /** The tests that run in a class, those that it inherits included. */
  private Map<String, TestMethod> methods(String className, ClassModel model) {
    Map<String, TestMethod> found = new TreeMap<>();
    Set<String> classTags = new HashSet<>();
    Map<String, MethodModel> seen = new HashMap<>();
    Optional<ClassModel> next = Optional.of(model);
    while (next.isPresent()) {
      classTags.addAll(tags(next.get()));
      for (MethodModel method : next.get().methods()) {
        String key = method.methodName().stringValue() + method.methodType().stringValue();
        seen.putIfAbsent(key, method);
      }
      next = next.get().superclass().map(parent -> classes.get(name(parent.asSymbol())));
    }
    seen.forEach((key, method) -> {
      if (annotations(method).map(TestCatalog::type).anyMatch(TEST_ANNOTATIONS::contains)) {
        Set<String> tags = new HashSet<>(classTags);
        tags.addAll(tags(method));
        found.put(key, test(className, method, tags));
      }
    });
    return found;
  }

  private static TestMethod test(String className, MethodModel method, Set<String> tags) {
    String parameters =
        method.methodTypeSymbol().parameterList().stream()
            .map(TestCatalog::name)
            .collect(Collectors.joining(","));
    return new TestMethod(
        className, method.methodName().stringValue(), parameters, Set.copyOf(tags));
  }

  private static Set<String> tags(AttributedElement element) {
    return annotations(element)
        .flatMap(annotation ->
            switch (type(annotation)) {
              case TAG -> Stream.of(annotation);
              case TAGS -> nested(annotation);
              default -> Stream.empty();
            })
        .map(tag -> ((AnnotationValue.OfString) tag.elements().getFirst().value()).stringValue())
        .collect(Collectors.toSet());
  }

  private static Stream<Annotation> nested(Annotation container) {
    return ((AnnotationValue.OfArray) container.elements().getFirst().value())
        .values().stream().map(value -> ((AnnotationValue.OfAnnotation) value).annotation());
  }

  private static Stream<Annotation> annotations(AttributedElement element) {
    return element.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
        .flatMap(attribute -> attribute.annotations().stream());
  }

  private static String type(Annotation annotation) {
    return name(annotation.classSymbol());
  }

  private static String name(ClassDesc type) {
    if (type.isArray()) {
      return name(type.componentType()) + "[]";
    }
    return type.packageName().isEmpty()
        ? type.displayName()
        : type.descriptorString()
            .substring(1, type.descriptorString().length() - 1)
            .replace('/', '.');
  }
}
