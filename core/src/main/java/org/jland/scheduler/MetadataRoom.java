// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import org.jland.os.PageFaults;

/**
 * Room for what the JVM keeps of classes and methods. It commits that memory in granules of 64 KiB,
 * which are 16 page faults at once where memory is locked, of the thread that happens to need it: a
 * method that runs for the first time takes some bytes. Once attached the scheduler thread must not
 * wait for that, so a granule is begun before.
 */
final class MetadataRoom {
  private static final int GRANULE_PAGES = 16;

  /** One may be of the memory for classes proper. */
  private static final int GRANULES = 2;

  private static final int MOST = 100;

  /** What is loaded to take room. */
  private static final class Filler {
    private Filler() {}
  }

  private MetadataRoom() {}

  /**
   * Makes room. The memory is locked already.
   *
   * @param faults of the calling thread
   */
  static void make(PageFaults faults) {
    byte[] filler = read();
    int begun = 0;
    for (int i = 0; i < MOST && begun < GRANULES; i++) {
      long before = faults.read();
      try {
        MethodHandles.lookup()
            .defineHiddenClass(filler, false, MethodHandles.Lookup.ClassOption.STRONG);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
      if (faults.read() - before >= GRANULE_PAGES) {
        begun++;
      }
    }
  }

  private static byte[] read() {
    try (InputStream in = MetadataRoom.class.getResourceAsStream("MetadataRoom$Filler.class")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
