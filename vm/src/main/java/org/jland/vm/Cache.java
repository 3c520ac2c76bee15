// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What is slow to make, kept outside the source tree. An entry is a directory {@code KIND/KEY} of
 * plain files, made once by a {@link Recipe} and never changed; the key says everything that went
 * into it.
 *
 * <p>Thread-safe, and safe against other processes: an entry is made under a file lock, in a
 * temporary directory of the same file system, synced, and renamed into place. What an interrupted
 * maker left is removed by the next one. A damaged entry (see {@link Stamp}) is made again.
 */
public final class Cache {
  private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  private final Path root;
  private final Consumer<String> progress;

  /** How to make one entry. */
  interface Recipe {
    /** The sort of thing it makes: a directory name. */
    String kind();

    /** Distinguishes entries of one kind by everything that goes into them: a directory name. */
    String key();

    /** Free space that making it takes, in bytes. */
    long bytesNeeded();

    /** Writes the entry's files into the empty {@code directory}; nothing else may remain in it. */
    void make(Path directory) throws IOException;
  }

  /**
   * A cache in {@code root}, which need not exist yet.
   *
   * @param progress told, in one line each, what takes long
   */
  Cache(Path root, Consumer<String> progress) {
    this.root = root.toAbsolutePath();
    this.progress = progress;
  }

  /** Where the cache is: JLAND_CACHE, else jland in XDG_CACHE_HOME, else ~/.cache/jland. */
  static Path defaultRoot(Map<String, String> environment) {
    String own = environment.getOrDefault("JLAND_CACHE", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    return xdg.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "jland")
        : Path.of(xdg, "jland");
  }

  /** The cache's directory. */
  public Path root() {
    return root;
  }

  /** The entry's directory, if it is there and whole. */
  Optional<Path> find(String kind, String key) throws IOException {
    Path entry = entry(kind, key);
    return Files.isDirectory(entry) && Stamp.damage(entry).isEmpty()
        ? Optional.of(entry)
        : Optional.empty();
  }

  /** The keys of all entries of a kind, whole or not. */
  List<String> keys(String kind) throws IOException {
    Path directory = root.resolve(kind);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /**
   * The directory of the recipe's entry, made now if it is not there or damaged.
   *
   * @throws GuestException if there is no room for it
   * @throws IOException if making it fails; nothing of the attempt is left
   */
  Path get(Recipe recipe) throws IOException {
    Optional<Path> found = find(recipe.kind(), recipe.key());
    if (found.isPresent()) {
      Stamp.markUsed(found.get());
      return found.get();
    }
    try (var _ = lock(recipe.kind() + "-" + recipe.key())) {
      Path entry = entry(recipe.kind(), recipe.key());
      if (Files.isDirectory(entry)) {
        Optional<String> damage = Stamp.damage(entry);
        if (damage.isEmpty()) {
          return entry; // another process made it while we waited
        }
        progress.accept(
            recipe.kind()
                + " "
                + recipe.key()
                + " in the cache is damaged ("
                + damage.get()
                + "); making it again");
        FileTree.delete(entry);
      }
      make(recipe, entry);
      return entry;
    }
  }

  /** Removes the entries of a kind that nobody got for {@code unused} or longer. */
  void prune(String kind, Duration unused) throws IOException {
    for (String key : keys(kind)) {
      Path entry = entry(kind, key);
      if (Stamp.lastUsed(entry).isBefore(Instant.now().minus(unused))) {
        try (var _ = lock(kind + "-" + key)) {
          progress.accept("removing " + kind + " " + key + " from the cache, long unused");
          FileTree.delete(entry);
        }
      }
    }
  }

  /** Keeps other threads and processes out of {@code name} until the lock is closed. */
  Lock lock(String name) throws IOException {
    Path file = createDirectories("locks").resolve(name);
    ReentrantLock mine = LOCKS.computeIfAbsent(file, unused -> new ReentrantLock());
    mine.lock();
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock theirs = channel.tryLock();
      if (theirs == null) {
        progress.accept("waiting for another process that makes " + name);
        theirs = channel.lock();
      }
      return new Lock(mine, channel);
    } catch (IOException | RuntimeException e) {
      mine.unlock();
      throw e;
    }
  }

  /** The directory {@code name} of the cache, made if need be. */
  Path createDirectories(String name) throws IOException {
    try {
      return Files.createDirectories(root.resolve(name));
    } catch (IOException e) {
      throw GuestException.setup(
          "can't write the cache " + root + "; set JLAND_CACHE to a writable directory", e);
    }
  }

  private void make(Recipe recipe, Path entry) throws IOException {
    Path temporary = createDirectories("tmp").resolve(recipe.kind() + "-" + recipe.key());
    FileTree.delete(temporary); // we hold the lock, so its maker is dead
    requireRoom(recipe);
    Files.createDirectory(temporary);
    try (var _ = ExitActions.register(() -> FileTree.deleteQuietly(temporary))) {
      recipe.make(temporary);
      Stamp.write(temporary);
      Path parent = createDirectories(recipe.kind());
      Files.move(temporary, entry, StandardCopyOption.ATOMIC_MOVE);
      FileTree.sync(parent);
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains(HostProcess.DISK_FULL)) {
        throw GuestException.setup(noRoom(recipe), e);
      }
      throw e;
    }
  }

  private void requireRoom(Recipe recipe) throws IOException {
    if (Files.getFileStore(root).getUsableSpace() < recipe.bytesNeeded()) {
      throw GuestException.setup(noRoom(recipe));
    }
  }

  private String noRoom(Recipe recipe) {
    return "no room for "
        + recipe.kind()
        + " "
        + recipe.key()
        + ": free "
        + (recipe.bytesNeeded() >> 20)
        + " MiB at "
        + root
        + ", or set JLAND_CACHE to a directory with more";
  }

  private Path entry(String kind, String key) {
    return root.resolve(kind).resolve(key);
  }

  /** A lock that is held; closing it lets the next one in. */
  static final class Lock implements AutoCloseable {
    private final ReentrantLock mine;
    private final FileChannel channel;

    private Lock(ReentrantLock mine, FileChannel channel) {
      this.mine = mine;
      this.channel = channel;
    }

    @Override
    public void close() throws IOException {
      try {
        channel.close(); // gives up the file lock
      } finally {
        mine.unlock();
      }
    }
  }
}
