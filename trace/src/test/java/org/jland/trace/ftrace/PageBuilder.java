// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.ftrace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A page as the kernel documents it, little-endian. */
final class PageBuilder {
  static final String HEADER =
      """
      \tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;
      \tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;
      \tfield: char overwrite;\toffset:8;\tsize:1;\tsigned:0;
      \tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;
      """;
  static final int BYTES = 4096;
  private static final int DATA = 16;

  private final ByteBuffer page = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long flags;

  PageBuilder(long timeNs) {
    page.putLong(timeNs).putLong(0);
  }

  private PageBuilder header(int type, long delta) {
    page.putInt((int) (delta << 5) | type);
    return this;
  }

  /** A record of up to 112 bytes, a multiple of 4. */
  PageBuilder record(long delta, byte... data) {
    header(data.length / 4, delta);
    page.put(data);
    return this;
  }

  /** A record whose length stands in its first word. */
  PageBuilder longRecord(long delta, byte... data) {
    header(0, delta);
    page.putInt(data.length + 4).put(data);
    return this;
  }

  PageBuilder extend(long delta) {
    header(30, delta & (1 << 27) - 1);
    page.putInt((int) (delta >>> 27));
    return this;
  }

  PageBuilder absolute(long time) {
    header(31, time & (1 << 27) - 1);
    page.putInt((int) (time >>> 27));
    return this;
  }

  PageBuilder discarded(long delta, int bytes) {
    header(29, delta);
    page.putInt(bytes - 4);
    page.position(page.position() + bytes - 8);
    return this;
  }

  PageBuilder endPadding() {
    return header(29, 0);
  }

  PageBuilder missed(long count) {
    flags = 1L << 31 | 1L << 30;
    page.putLong(page.position(), count);
    return this;
  }

  PageBuilder missedUncounted() {
    flags = 1L << 31;
    return this;
  }

  ByteBuffer build() {
    page.putLong(8, page.position() - DATA | flags);
    return page.duplicate().order(ByteOrder.LITTLE_ENDIAN).clear();
  }
}
