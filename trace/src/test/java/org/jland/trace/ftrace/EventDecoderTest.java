// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.ftrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jland.trace.model.TraceEvent;
import org.jland.trace.model.TraceException;
import org.junit.jupiter.api.Test;

class EventDecoderTest {
  private static final String COMMON =
      """
      format:
      \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
      \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;
      """;
  private static final String WAKE =
      COMMON
          + """
          \tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;
          \tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;
          \tfield:int prio;\toffset:28;\tsize:4;\tsigned:1;
          \tfield:int target_cpu;\toffset:32;\tsize:4;\tsigned:1;
          """;

  /** Not as any kernel has it: the places are the description's, not ours. */
  private static final Map<String, String> FORMATS =
      Map.of(
          "sched_switch",
          "name: sched_switch\nID: 7\n"
              + COMMON
              + """
              \tfield:long prev_state;\toffset:8;\tsize:8;\tsigned:1;
              \tfield:pid_t prev_pid;\toffset:16;\tsize:4;\tsigned:1;
              \tfield:int prev_prio;\toffset:20;\tsize:4;\tsigned:1;
              \tfield:pid_t next_pid;\toffset:24;\tsize:4;\tsigned:1;
              \tfield:int next_prio;\toffset:28;\tsize:4;\tsigned:1;
              \tfield:char prev_comm[16];\toffset:32;\tsize:16;\tsigned:0;
              \tfield:char next_comm[16];\toffset:48;\tsize:16;\tsigned:0;
              """,
          "sched_waking",
          "name: sched_waking\nID: 8\n" + WAKE,
          "sched_wakeup",
          "name: sched_wakeup\nID: 9\n" + WAKE,
          "sched_wakeup_new",
          "name: sched_wakeup_new\nID: 10\n" + WAKE,
          "sched_process_fork",
          "name: sched_process_fork\nID: 11\n"
              + COMMON
              + """
              \tfield:__data_loc char[] parent_comm;\toffset:8;\tsize:4;\tsigned:0;
              \tfield:pid_t parent_pid;\toffset:12;\tsize:4;\tsigned:1;
              \tfield:__data_loc char[] child_comm;\toffset:16;\tsize:4;\tsigned:0;
              \tfield:pid_t child_pid;\toffset:20;\tsize:4;\tsigned:1;
              """);

  private final EventDecoder decoder =
      new EventDecoder(name -> EventFormat.parse(FORMATS.get(name)));
  private final ByteBuffer page = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);

  private void text(int at, String text) {
    page.put(at, text.getBytes());
  }

  @Test
  void switchIsReadWhereTheKernelSaysItIs() {
    page.putShort(4, (short) 7).putLong(12, 1).putInt(20, 100).putInt(24, 120);
    page.putInt(28, 200).putInt(32, 98);
    text(36, "one");
    text(52, "a name of 16 byt");
    assertEquals(
        new TraceEvent.Switch(5, 3, 100, "one", 120, 1, 200, "a name of 16 byt", 98),
        decoder.decode(5, 3, page, 4));
  }

  @Test
  void wakeUpHasItsStageAndItsWaker() {
    page.putShort(0, (short) 10).putInt(4, 55).putInt(24, 66).putInt(28, 120).putInt(32, 2);
    text(8, "new");
    assertEquals(
        new TraceEvent.Wake(5, 0, TraceEvent.Wake.Stage.NEW, 55, 66, "new", 120, 2),
        decoder.decode(5, 0, page, 0));
  }

  @Test
  void nameThatStandsElsewhereIsFound() {
    page.putShort(0, (short) 11).putInt(8, 3 << 16 | 40).putInt(12, 1);
    page.putInt(16, 6 << 16 | 50).putInt(20, 2);
    text(40, "sh");
    text(50, "child");
    assertEquals(new TraceEvent.Fork(5, 0, 1, "sh", 2, "child"), decoder.decode(5, 0, page, 0));
  }

  @Test
  void eventThatWasNotAskedForIsLeftOut() {
    page.putShort(0, (short) 99);
    assertNull(decoder.decode(5, 0, page, 0));
  }

  @Test
  void kernelWithoutAFieldIsToldByItsName() {
    TraceException e =
        assertThrows(
            TraceException.class,
            () ->
                new EventDecoder(
                    name -> EventFormat.parse("name: " + name + "\nID: 1\n" + COMMON)));
    assertTrue(e.getMessage().contains("sched_switch has no field"), e.getMessage());
  }

  @Test
  void textThatIsNoDescriptionIsRefused() {
    assertThrows(TraceException.class, () -> EventFormat.parse("hello"));
  }
}
