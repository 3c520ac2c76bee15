// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;

/**
 * The schema in Perfetto's package on PyPI, which has it as bytes in a Python file. pip fetches the
 * package once; it is kept in jland's cache and is no part of the source tree.
 */
final class PerfettoSchema {
  private static final String PACKAGE = "perfetto==0.59.1";
  private static final String MODULE = "perfetto/protos/perfetto/trace/perfetto_trace_pb2.py";
  private static final String START = "AddSerializedFile(b'";

  private final FileDescriptor file;

  private PerfettoSchema(FileDescriptor file) {
    this.file = file;
  }

  /** Skips the test, loudly, if the package can't be had. */
  static PerfettoSchema fetch() throws IOException, InterruptedException {
    Path folder = cache().resolve(PACKAGE.replace("==", "-"));
    Optional<Path> wheel = wheel(folder);
    if (wheel.isEmpty()) {
      String problem = download(folder);
      wheel = wheel(folder);
      if (wheel.isEmpty()) {
        String text =
            "NOT CHECKED: the field numbers of Perfetto's format; pip can't fetch "
                + PACKAGE
                + ": "
                + problem;
        System.err.println(text);
        Assumptions.abort(text);
      }
    }
    try (ZipFile zip = new ZipFile(wheel.get().toFile())) {
      ZipEntry entry = zip.getEntry(MODULE);
      try (InputStream in = zip.getInputStream(entry)) {
        return parse(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
      }
    }
  }

  private static Path cache() {
    String named = System.getenv("JLAND_CACHE");
    return named == null || named.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache/jland")
        : Path.of(named);
  }

  private static Optional<Path> wheel(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(path -> path.toString().endsWith(".whl")).findFirst();
    }
  }

  /** What went wrong, if it did. */
  private static String download(Path folder) throws InterruptedException {
    try {
      Process pip =
          new ProcessBuilder(
                  "python3", "-m", "pip", "download", "-q", "--no-deps", "-d", "" + folder, PACKAGE)
              .redirectErrorStream(true)
              .start();
      pip.getOutputStream().close();
      String output = new String(pip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return pip.waitFor() == 0 ? "" : output.strip();
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private static PerfettoSchema parse(String python) throws IOException {
    int from = python.indexOf(START);
    if (from < 0) {
      throw new IOException(MODULE + " of " + PACKAGE + " has no schema");
    }
    try {
      FileDescriptorProto proto =
          FileDescriptorProto.parseFrom(bytes(python, from + START.length()));
      return new PerfettoSchema(FileDescriptor.buildFrom(proto, new FileDescriptor[0]));
    } catch (DescriptorValidationException e) {
      throw new IOException(e);
    }
  }

  /** A literal of Python's, up to its closing quote. */
  private static byte[] bytes(String python, int from) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = from;
    while (python.charAt(at) != '\'') {
      char c = python.charAt(at++);
      if (c != '\\') {
        out.write(c);
        continue;
      }
      char escaped = python.charAt(at++);
      switch (escaped) {
        case 'n' -> out.write('\n');
        case 'r' -> out.write('\r');
        case 't' -> out.write('\t');
        case 'x' -> {
          out.write(Integer.parseInt(python.substring(at, at + 2), 16));
          at += 2;
        }
        default -> out.write(escaped);
      }
    }
    return out.toByteArray();
  }

  /** A message by its name, nested ones with dots. */
  Descriptor message(String name) {
    Descriptor found = null;
    for (String part : name.split("\\.")) {
      found = found == null ? file.findMessageTypeByName(part) : found.findNestedTypeByName(part);
      if (found == null) {
        throw new AssertionError("Perfetto has no message " + name);
      }
    }
    return found;
  }
}
