// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.ftrace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jland.trace.model.TraceException;

/**
 * Takes a page of the kernel's ring buffer apart.
 *
 * <pre>
 *   page:    timestamp | commit: bytes of data, and flags | data ...
 *   record:  type_len (5 bits) and time_delta (27 bits) | array, or data
 * </pre>
 *
 * A type_len up to 28 is the length of the data in words of 4 bytes, 0 says that the length stands
 * in the first word; 29 is padding, 30 a longer time_delta, 31 an absolute time. Stateless.
 */
final class PageDecoder {
  private static final int PADDING = 29;
  private static final int TIME_EXTEND = 30;
  private static final int TIME_STAMP = 31;
  private static final int DELTA_BITS = 27;
  private static final int WORD = 4;
  private static final long LENGTH_MASK = (1 << DELTA_BITS) - 1;

  /** Flags in {@code commit}: records were lost before this page, and their number is known. */
  private static final long MISSED = 1L << 31;

  private static final long MISSED_STORED = 1L << 30;

  /** An absolute time lacks these bits. */
  private static final long HIGH_BITS = 0xf8L << 56;

  private final EventFormat.Field timestamp;
  private final EventFormat.Field commit;
  private final EventFormat.Field data;

  /** Gets each record: its time, and where its data begins and how long it is. */
  @FunctionalInterface
  interface Visitor {
    void record(long timeNs, ByteBuffer page, int offset, int length);
  }

  PageDecoder(EventFormat headerPage) {
    timestamp = headerPage.field("timestamp");
    commit = headerPage.field("commit");
    data = headerPage.field("data");
  }

  /** Bytes of a page. */
  int pageBytes() {
    return data.offset() + data.size();
  }

  /**
   * Visits all records of a page.
   *
   * @param page in the machine's byte order, position 0 to limit
   * @return how many records were lost before the page; -1 if the kernel lost count
   * @throws TraceException if the page is damaged or cut off
   */
  long decode(ByteBuffer page, Visitor visitor) {
    if (page.limit() < data.offset()) {
      throw damaged("has " + page.limit() + " bytes");
    }
    long committed = commit.read(page, 0);
    int end = data.offset() + (int) (committed & LENGTH_MASK);
    if (end > page.limit()) {
      throw damaged("ends at " + page.limit() + " of " + end);
    }
    long time = timestamp.read(page, 0);
    int at = data.offset();
    while (at + WORD <= end) {
      int word = page.getInt(at);
      int type = type(word, page.order());
      long delta = delta(word, page.order());
      int length = length(page, at, end, type, delta);
      if (type == PADDING && delta == 0) {
        break; // the rest of the page is unused
      }
      int header = type == 0 ? 2 * WORD : WORD;
      if (length < (type < PADDING ? header : 1) || length > end - at) {
        throw damaged("has a record of " + length + " bytes at " + at);
      }
      time =
          switch (type) {
            case TIME_STAMP -> longDelta(page, at, delta) | time & HIGH_BITS;
            case TIME_EXTEND -> time + longDelta(page, at, delta);
            default -> time + delta;
          };
      if (type < PADDING) {
        visitor.record(time, page, at + header, length - header);
      }
      at += length;
    }
    return missed(page, committed, end);
  }

  private static int type(int header, ByteOrder order) {
    return order == ByteOrder.LITTLE_ENDIAN ? header & 31 : header >>> DELTA_BITS;
  }

  private static long delta(int header, ByteOrder order) {
    return order == ByteOrder.LITTLE_ENDIAN ? header >>> 5 : header & LENGTH_MASK;
  }

  private static int length(ByteBuffer page, int at, int end, int type, long delta) {
    if (type > 0 && type < PADDING) {
      return (type + 1) * WORD;
    }
    if (type == TIME_EXTEND || type == TIME_STAMP) {
      return 2 * WORD;
    }
    if (type == PADDING && delta == 0) {
      return 0;
    }
    // The length in the first word counts that word.
    return at + 2 * WORD <= end ? page.getInt(at + WORD) + WORD : -1;
  }

  private static long longDelta(ByteBuffer page, int at, long low) {
    return (Integer.toUnsignedLong(page.getInt(at + WORD)) << DELTA_BITS) + low;
  }

  private static long missed(ByteBuffer page, long committed, int end) {
    if ((committed & MISSED) == 0) {
      return 0;
    }
    boolean counted = (committed & MISSED_STORED) != 0 && end + Long.BYTES <= page.limit();
    return counted ? page.getLong(end) : -1;
  }

  private static TraceException damaged(String how) {
    return new TraceException("a page of the kernel's trace buffer is damaged: it " + how);
  }
}
