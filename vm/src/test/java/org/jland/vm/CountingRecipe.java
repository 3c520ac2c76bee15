// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes an entry of one file that tells how often it was made; fails or dawdles on request. */
final class CountingRecipe implements Cache.Recipe {
  IOException failure;
  long bytesNeeded;
  long pauseMs;
  private final AtomicInteger nrMade = new AtomicInteger();

  int nrMade() {
    return nrMade.get();
  }

  @Override
  public String kind() {
    return "kind";
  }

  @Override
  public String key() {
    return "key";
  }

  @Override
  public long bytesNeeded() {
    return bytesNeeded;
  }

  @Override
  public void make(Path directory) throws IOException {
    Files.writeString(directory.resolve("file"), "content " + nrMade.incrementAndGet());
    try {
      Thread.sleep(pauseMs);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (failure != null) {
      throw failure;
    }
  }
}
