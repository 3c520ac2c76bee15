// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.ftrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jland.trace.model.TraceException;
import org.junit.jupiter.api.Test;

class PageDecoderTest {
  private static final byte[] WORDS = {1, 2, 3, 4, 5, 6, 7, 8};

  private record Seen(long time, int first, int length) {}

  private final PageDecoder decoder = new PageDecoder(EventFormat.parse(PageBuilder.HEADER));
  private final List<Seen> seen = new ArrayList<>();

  private long decode(ByteBuffer page) {
    return decoder.decode(
        page, (time, bytes, offset, length) -> seen.add(new Seen(time, bytes.get(offset), length)));
  }

  @Test
  void pageIsAsLongAsTheKernelSays() {
    assertEquals(4096, decoder.pageBytes());
  }

  @Test
  void timesAddUpFromThePagesOwn() {
    assertEquals(0, decode(new PageBuilder(1000).record(0, WORDS).record(7, WORDS).build()));
    assertEquals(List.of(new Seen(1000, 1, 8), new Seen(1007, 1, 8)), seen);
  }

  @Test
  void longGapIsWrittenAsAnExtension() {
    long gap = (5L << 27) + 3;
    decode(new PageBuilder(10).extend(gap).record(0, WORDS).build());
    assertEquals(List.of(new Seen(10 + gap, 1, 8)), seen);
  }

  @Test
  void absoluteTimeReplacesTheSumButForItsHighBits() {
    long high = 1L << 60;
    decode(new PageBuilder(high + 5).absolute(123_456_789_012L).record(1, WORDS).build());
    assertEquals(List.of(new Seen(high + 123_456_789_013L, 1, 8)), seen);
  }

  @Test
  void recordMayTellItsLengthInAWordOfItsOwn() {
    byte[] data = new byte[200];
    data[0] = 9;
    decode(new PageBuilder(0).longRecord(1, data).record(1, WORDS).build());
    assertEquals(List.of(new Seen(1, 9, 200), new Seen(2, 1, 8)), seen);
  }

  @Test
  void discardedRecordIsLeftOutAndEndPaddingEndsThePage() {
    decode(new PageBuilder(0).discarded(4, 24).record(1, WORDS).endPadding().build());
    assertEquals(List.of(new Seen(5, 1, 8)), seen);
  }

  @Test
  void lostRecordsBeforeAPageAreToldWithTheirNumberIfItIsKnown() {
    assertEquals(42, decode(new PageBuilder(0).record(1, WORDS).missed(42).build()));
    assertEquals(-1, decode(new PageBuilder(0).record(1, WORDS).missedUncounted().build()));
    assertEquals(2, seen.size());
  }

  @Test
  void pageThatIsCutOffIsRefused() {
    ByteBuffer page = new PageBuilder(0).record(1, WORDS).record(1, WORDS).build();
    page.limit(30);
    TraceException e = assertThrows(TraceException.class, () -> decode(page));
    assertTrue(e.getMessage().contains("damaged"), e.getMessage());
    assertThrows(TraceException.class, () -> decode(ByteBuffer.allocate(8)));
  }

  @Test
  void recordThatReachesBeyondItsPageIsRefused() {
    ByteBuffer page = new PageBuilder(0).longRecord(1, WORDS).build();
    page.putInt(20, 5000);
    assertThrows(TraceException.class, () -> decode(page));
  }

  /** -Djland.fuzz.seed=N repeats a run. */
  @Test
  void pageAtRandomIsDecodedWithinItsBoundsOrRefused() {
    long seed = Long.getLong("jland.fuzz.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < 50_000; i++) {
      ByteBuffer page = new PageBuilder(1000).record(0, WORDS).record(7, WORDS).build();
      for (int n = random.nextInt(1, 12); n > 0; n--) {
        page.put(random.nextInt(Math.min(page.limit(), 64)), (byte) random.nextInt(256));
      }
      if (random.nextInt(4) == 0) {
        page.limit(random.nextInt(page.limit() + 1));
      }
      int limit = page.limit();
      try {
        decoder.decode(
            page,
            (time, bytes, offset, length) ->
                assertTrue(
                    offset > 0 && length >= 0 && offset + length <= limit,
                    () -> offset + " + " + length + " with seed " + seed));
      } catch (TraceException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertTrue(refused > 0);
  }
}
