// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Files that a privileged process makes where others may have been before. Only root and the user
 * that this process runs as are trusted. Stateless.
 */
public final class TrustedPath {
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final int STICKY = 01000;
  private static final int MAX_LINKS = 40;

  private TrustedPath() {}

  /** A path that somebody else can turn elsewhere; the reason is one line with the fix. */
  public static final class Untrusted extends FileSystemException {
    private static final long serialVersionUID = 1L;

    Untrusted(Path path, String reason) {
      super(path.toString(), null, reason);
    }

    @Override
    public String getMessage() {
      return getFile() + " " + getReason();
    }
  }

  /**
   * Checks that nobody else can replace a folder, or what is made in it: it and all folders above
   * it, as far as they exist, are root's or ours, and others can't write to them, unless they are
   * sticky as {@code /tmp} is. Links are followed if root or we made them.
   *
   * @param folder absolute; need not exist
   * @throws Untrusted if somebody else can
   * @throws IOException if it can't be told
   */
  public static void requireFolder(Path folder) throws IOException {
    Path real = Path.of("/");
    List<Path> names = new ArrayList<>();
    folder.normalize().forEach(names::add);
    int links = 0;
    for (int i = 0; i < names.size(); i++) {
      Path next = real.resolve(names.get(i)).normalize();
      Map<String, Object> found;
      try {
        found =
            Files.readAttributes(next, "unix:uid,mode,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException e) {
        return; // we make it
      }
      requireOwner(next, (Integer) found.get("uid"));
      if ((Boolean) found.get("isSymbolicLink")) {
        if (++links > MAX_LINKS) {
          throw new Untrusted(next, "is a symbolic link in a circle; remove it");
        }
        List<Path> rest = List.copyOf(names.subList(i + 1, names.size()));
        Path target = next.resolveSibling(Files.readSymbolicLink(next)).normalize();
        names.clear();
        target.forEach(names::add);
        names.addAll(rest);
        real = Path.of("/");
        i = -1;
        continue;
      }
      requireMode(next, (Integer) found.get("mode"));
      real = next;
    }
  }

  private static void requireOwner(Path path, int uid) throws Untrusted {
    if (!isTrusted(uid)) {
      throw new Untrusted(
          path, "belongs to user " + uid + ", who could replace what is made there");
    }
  }

  private static void requireMode(Path folder, int mode) throws Untrusted {
    if ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
      throw new Untrusted(folder, "can be written to by others: type chmod go-w " + folder);
    }
  }

  private static boolean isTrusted(int uid) {
    return uid == 0 || uid == Libc.geteuid();
  }

  /**
   * Opens a file that the user named, to write it anew. A link that somebody else made in its place
   * is not followed; one of root's or of our own is, as {@code /dev/stdout} is one.
   *
   * @param file where
   * @return writes there; its mode is what the umask leaves
   * @throws Untrusted if such a link is there
   * @throws IOException if it can't be opened
   */
  public static OutputStream create(Path file) throws IOException {
    return open(file, StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** As {@link #create}, but what is in the file stays. */
  public static OutputStream append(Path file) throws IOException {
    return open(file, StandardOpenOption.APPEND);
  }

  private static OutputStream open(Path file, OpenOption how) throws IOException {
    if (!Files.isSymbolicLink(file)) {
      // Not followed: a link that comes after the look.
      return Files.newOutputStream(
          file,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS,
          how);
    }
    int uid = (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!isTrusted(uid)) {
      throw new Untrusted(file, "is a symbolic link of user " + uid + ", not followed: remove it");
    }
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
  }
}
