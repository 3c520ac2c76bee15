// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Results as a JSON file. It is written anew after every sample, whole or not at all, so that an
 * interruption costs no more than the sample that ran. One thread.
 */
public record ResultsFile(Path path) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          // isXxx() is derived, not written.
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** One line of JSON: how a guest tells the host. */
  public static String line(Object value) {
    try {
      return JSON.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    } catch (JacksonException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The reverse of {@link #line}; for what a guest of this version wrote. */
  public static <T> T parse(String line, Class<T> type) {
    try {
      return JSON.readValue(line, type);
    } catch (JacksonException e) {
      throw new BenchException("a line that is no " + type.getSimpleName() + ": " + line, e);
    }
  }

  /** The text of the file. */
  public static String text(BenchResults results) {
    try {
      return JSON.writeValueAsString(results);
    } catch (JacksonException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Replaces the file.
   *
   * @throws BenchException if it can't be written; then the old one is still there
   */
  public void write(BenchResults results) {
    Path next = path.resolveSibling(path.getFileName() + ".new");
    try {
      Files.deleteIfExists(next); // of a run that was killed; or a trap, if others may write there
      Files.writeString(
          next, text(results) + "\n", StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (FileChannel channel =
          FileChannel.open(next, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
        channel.force(true);
      }
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      deleteQuietly(next);
      throw new BenchException(
          "can't write " + path + " (" + e + "); what was measured before is still in it", e);
    }
  }

  /**
   * Reads the file.
   *
   * @throws BenchException if there is none, or none that this version reads
   */
  public BenchResults read() {
    try {
      JsonNode tree = JSON.readTree(path.toFile());
      int format = tree.path("format").asInt(-1);
      if (format != BenchResults.FORMAT) {
        throw new BenchException(
            path
                + (format < 0
                    ? " holds no results of jland bench"
                    : " has format "
                        + format
                        + ", this jland reads "
                        + BenchResults.FORMAT
                        + "; measure again, or read it with jland "
                        + tree.path("jland").asText("of its time")));
      }
      return JSON.treeToValue(tree, BenchResults.class);
    } catch (JacksonException e) {
      throw new BenchException(
          path + " holds no results of jland bench: " + e.getOriginalMessage(), e);
    } catch (NoSuchFileException e) {
      throw new BenchException("there is no " + path, e);
    } catch (IOException e) {
      throw new BenchException("can't read " + path + " (" + e.getMessage() + ")", e);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The error that led here says more.
    }
  }
}
