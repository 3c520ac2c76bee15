// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the files of a cache entry were when it was made, kept beside them in a file {@code STAMP}:
 * one line {@code size mtime-ns sha256 name} per file.
 *
 * <p>A file whose size and time of change are the recorded ones is taken as whole; one with the
 * right size and another time is read and compared. So a check costs nothing as a rule, and a
 * truncated, emptied, overwritten or missing file is noticed.
 */
final class Stamp {
  private static final String FILE = "STAMP";

  private Stamp() {}

  /** Records the files of {@code directory} (not those in directories below it), synced to disk. */
  static void write(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> children = Files.list(directory)) {
      files = children.sorted().toList();
    }
    List<String> lines = new ArrayList<>();
    for (Path file : files) {
      FileTree.sync(file);
      lines.add(
          Files.size(file) + " " + mtimeNs(file) + " " + sha256(file) + " " + file.getFileName());
    }
    Path stamp = directory.resolve(FILE);
    Files.write(stamp, lines);
    FileTree.sync(stamp);
    FileTree.sync(directory);
  }

  /** What is wrong with the entry in {@code directory}, or empty if it is whole. */
  static Optional<String> damage(Path directory) throws IOException {
    Path stamp = directory.resolve(FILE);
    if (!Files.isRegularFile(stamp)) {
      return Optional.of("its stamp is missing");
    }
    List<String> lines = Files.readAllLines(stamp);
    if (lines.isEmpty()) {
      return Optional.of("its stamp is empty");
    }
    for (String line : lines) {
      String[] fields = line.split(" ", 4);
      if (fields.length != 4 || !fields[0].matches("[0-9]+")) {
        return Optional.of("its stamp is unreadable");
      }
      Path file = directory.resolve(fields[3]);
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(fields[3] + " is missing");
      }
      long size = Files.size(file);
      if (size != Long.parseLong(fields[0])) {
        return Optional.of(fields[3] + " has " + size + " bytes instead of " + fields[0]);
      }
      if (!fields[1].equals(Long.toString(mtimeNs(file))) && !fields[2].equals(sha256(file))) {
        return Optional.of(fields[3] + " has another content");
      }
    }
    return Optional.empty();
  }

  /** Notes that the entry was used just now; in a cache that can't be written, does nothing. */
  static void markUsed(Path directory) throws IOException {
    Path stamp = directory.resolve(FILE);
    if (Files.isWritable(stamp)) {
      Files.setLastModifiedTime(stamp, FileTime.from(Instant.now()));
    }
  }

  /** When the entry was used last; an entry without a stamp was never of use. */
  static Instant lastUsed(Path directory) throws IOException {
    Path stamp = directory.resolve(FILE);
    return Files.exists(stamp) ? Files.getLastModifiedTime(stamp).toInstant() : Instant.EPOCH;
  }

  /** The SHA-256 of a text, in hexadecimal. */
  static String sha256(String text) {
    return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static long mtimeNs(Path file) throws IOException {
    return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).to(TimeUnit.NANOSECONDS);
  }
}
