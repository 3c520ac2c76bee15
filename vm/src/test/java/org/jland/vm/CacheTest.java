// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {
  @TempDir private Path root;
  private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
  private Cache cache;

  @BeforeEach
  void open() {
    cache = new Cache(root, said::add);
  }

  @Test
  void secondGetDoesNotMakeAgain() throws IOException {
    CountingRecipe recipe = new CountingRecipe();
    Path first = cache.get(recipe);
    assertEquals(first, cache.get(recipe));
    assertEquals(1, recipe.nrMade());
    assertEquals("content 1", Files.readString(first.resolve("file")));
  }

  @Test
  void truncatedFileIsMadeAgainWithAMessage() throws IOException {
    CountingRecipe recipe = new CountingRecipe();
    Files.writeString(cache.get(recipe).resolve("file"), "");
    assertEquals("content 2", Files.readString(cache.get(recipe).resolve("file")));
    assertTrue(said.peek().contains("damaged (file has 0 bytes instead of 9)"), said::toString);
  }

  @Test
  void overwrittenFileOfTheSameSizeIsMadeAgain() throws IOException {
    CountingRecipe recipe = new CountingRecipe();
    Path file = cache.get(recipe).resolve("file");
    Files.writeString(file, "CONTENT 1");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertEquals("content 2", Files.readString(cache.get(recipe).resolve("file")));
  }

  @Test
  void touchedFileWithTheSameContentIsKept() throws IOException {
    CountingRecipe recipe = new CountingRecipe();
    Files.setLastModifiedTime(cache.get(recipe).resolve("file"), FileTime.fromMillis(1));
    cache.get(recipe);
    assertEquals(1, recipe.nrMade());
  }

  @Test
  void missingFileIsMadeAgain() throws IOException {
    CountingRecipe recipe = new CountingRecipe();
    Files.delete(cache.get(recipe).resolve("file"));
    assertEquals("content 2", Files.readString(cache.get(recipe).resolve("file")));
  }

  @Test
  void entryWithoutItsStampIsMadeAgain() throws IOException {
    CountingRecipe recipe = new CountingRecipe();
    Files.delete(cache.get(recipe).resolve("STAMP"));
    cache.get(recipe);
    assertEquals(2, recipe.nrMade());
  }

  @Test
  void failedMakerLeavesNothingAndTheNextOneSucceeds() throws IOException {
    CountingRecipe recipe = new CountingRecipe();
    recipe.failure = new IOException("the line broke");
    IOException failure = assertThrows(IOException.class, () -> cache.get(recipe));
    assertEquals("the line broke", failure.getMessage());
    assertEquals(List.of(), files());
    recipe.failure = null;
    assertEquals("content 2", Files.readString(cache.get(recipe).resolve("file")));
  }

  @Test
  void fullDiskIsOneLineThatNamesTheFix() throws IOException {
    CountingRecipe recipe = new CountingRecipe();
    recipe.failure = new IOException("write: No space left on device");
    GuestException failure = assertThrows(GuestException.class, () -> cache.get(recipe));
    assertTrue(failure.getMessage().contains("JLAND_CACHE"), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count());
    assertEquals(List.of(), files());
  }

  @Test
  void tooLittleRoomIsFoundBeforeAnythingIsMade() throws IOException {
    CountingRecipe recipe = new CountingRecipe();
    recipe.bytesNeeded = Long.MAX_VALUE;
    GuestException failure = assertThrows(GuestException.class, () -> cache.get(recipe));
    assertTrue(failure.getMessage().startsWith("no room for kind key"), failure.getMessage());
    assertEquals(0, recipe.nrMade());
    assertEquals(List.of(), files());
  }

  @Test
  void unwritableCacheNamesTheFix() throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    Cache unwritable = new Cache(file.resolve("below"), said::add);
    GuestException failure =
        assertThrows(GuestException.class, () -> unwritable.get(new CountingRecipe()));
    assertTrue(failure.getMessage().contains("set JLAND_CACHE"), failure.getMessage());
  }

  @Test
  void threadsThatWantTheSameEntryMakeItOnce() throws Exception {
    CountingRecipe recipe = new CountingRecipe();
    recipe.pauseMs = 50;
    List<Callable<Path>> wants = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      wants.add(() -> cache.get(recipe));
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (var want : threads.invokeAll(wants)) {
        want.get();
      }
    }
    assertEquals(1, recipe.nrMade());
  }

  @Test
  void processesThatWantTheSameEntryMakeItOnce() throws Exception {
    Process other = OtherProcess.start("make-slowly", root.toString());
    assertEquals("making", other.inputReader().readLine());
    CountingRecipe recipe = new CountingRecipe();
    assertEquals("made elsewhere", Files.readString(cache.get(recipe).resolve("file")));
    assertEquals(0, recipe.nrMade());
    assertTrue(other.waitFor(30, TimeUnit.SECONDS));
  }

  @Test
  void whatAKilledMakerLeftIsRemoved() throws Exception {
    Process other = OtherProcess.start("make-forever", root.toString());
    assertEquals("making", other.inputReader().readLine());
    other.destroyForcibly().waitFor();
    Path remains = root.resolve("tmp/kind-key/file");
    assertTrue(Files.exists(remains), "the test needs a half-made entry");
    assertEquals("content 1", Files.readString(cache.get(new CountingRecipe()).resolve("file")));
    assertTrue(Files.notExists(remains.getParent()));
  }

  @Test
  void terminatedMakerCleansUpAfterItself() throws Exception {
    Process other = OtherProcess.start("make-forever", root.toString());
    assertEquals("making", other.inputReader().readLine());
    other.destroy();
    assertTrue(other.waitFor(30, TimeUnit.SECONDS));
    assertEquals(List.of(), files());
  }

  @Test
  void pruningTakesWhatIsLongUnusedAndLeavesWhatWasGotSince() throws IOException {
    CountingRecipe recipe = new CountingRecipe();
    Path stamp = cache.get(recipe).resolve("STAMP");
    Files.setLastModifiedTime(stamp, FileTime.fromMillis(1));
    cache.get(recipe);
    cache.prune("kind", Duration.ofDays(1));
    assertTrue(Files.exists(stamp));
    Files.setLastModifiedTime(stamp, FileTime.fromMillis(1));
    cache.prune("kind", Duration.ofDays(1));
    assertEquals(List.of(), cache.keys("kind"));
  }

  @Test
  void placeIsTakenFromTheEnvironment() {
    assertEquals(
        Path.of("/a"), Cache.defaultRoot(Map.of("JLAND_CACHE", "/a", "XDG_CACHE_HOME", "/b")));
    assertEquals(Path.of("/b/jland"), Cache.defaultRoot(Map.of("XDG_CACHE_HOME", "/b")));
    assertTrue(Cache.defaultRoot(Map.of()).endsWith(".cache/jland"));
  }

  /** All files in the cache but its locks. */
  private List<Path> files() throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(Files::isRegularFile)
          .filter(path -> !path.startsWith(root.resolve("locks")))
          .toList();
    }
  }
}
