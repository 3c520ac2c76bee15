// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jland.trace.TraceFile;
import org.jland.trace.model.SchedulingTrace;
import org.jland.trace.model.TraceEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our field numbers, and a file of ours, against the schema that Perfetto publishes. It comes from
 * PyPI by pip and is kept; without it these tests are skipped, and say so.
 */
class PerfettoSchemaTest {
  private static PerfettoSchema schema;

  @TempDir Path folder;

  @BeforeAll
  static void fetch() throws IOException, InterruptedException {
    schema = PerfettoSchema.fetch();
  }

  @ParameterizedTest
  @EnumSource(Field.class)
  void fieldIsWhatPerfettoSays(Field field) {
    assertField(field, field.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SchedWakeupFtraceEvent", "SchedWakeupNewFtraceEvent"})
  void theThreeWakeUpsLookAlike(String message) {
    for (Field field : Field.values()) {
      if (field.message().equals("SchedWakingFtraceEvent")) {
        assertField(field, message);
      }
    }
  }

  private static void assertField(Field field, String message) {
    FieldDescriptor inSchema = schema.message(message).findFieldByName(field.label());
    assertNotNull(inSchema, () -> message + " has no " + field.label());
    assertEquals(inSchema.getNumber(), field.number(), field::toString);
    Field.Type type =
        switch (inSchema.getType()) {
          case INT32, INT64, UINT32, UINT64, BOOL, ENUM -> Field.Type.VARINT;
          case FIXED64 -> Field.Type.FIXED64;
          case STRING -> Field.Type.TEXT;
          case MESSAGE -> Field.Type.MESSAGE;
          default -> null;
        };
    assertEquals(type, field.type(), field::toString);
  }

  @Test
  void constantsAreThoseOfPerfettosEnumerations() {
    EnumDescriptor type = schema.message("TrackEvent").findEnumTypeByName("Type");
    assertEquals(type.findValueByName("TYPE_SLICE_BEGIN").getNumber(), Field.SLICE_BEGIN);
    assertEquals(type.findValueByName("TYPE_SLICE_END").getNumber(), Field.SLICE_END);
    assertEquals(type.findValueByName("TYPE_INSTANT").getNumber(), Field.INSTANT);
    assertEquals(type.findValueByName("TYPE_COUNTER").getNumber(), Field.COUNTER);
    EnumDescriptor phase = schema.message("FtraceStats").findEnumTypeByName("Phase");
    assertEquals(phase.findValueByName("END_OF_TRACE").getNumber(), Field.END_OF_TRACE);
    EnumDescriptor unit = schema.message("CounterDescriptor").findEnumTypeByName("Unit");
    assertEquals(unit.findValueByName("UNIT_COUNT").getNumber(), Field.UNIT_COUNT);
  }

  @Test
  void perfettosOwnParserUnderstandsEveryFieldOfAFile() throws IOException {
    SchedulingTrace trace = PerfettoFileTest.everything();
    Path file = folder.resolve("a.pftrace");
    TraceFile.write(trace, file);
    Descriptor root = schema.message("Trace");
    DynamicMessage parsed =
        DynamicMessage.parseFrom(root, ByteString.copyFrom(Files.readAllBytes(file)));
    List<String> unknown = new ArrayList<>();
    collectUnknown(parsed, unknown);
    assertEquals(List.of(), unknown);
    long events =
        trace.events().stream().filter(event -> !(event instanceof TraceEvent.Custody)).count();
    assertEquals(events, countFtraceEvents(parsed));
  }

  private static void collectUnknown(Message message, List<String> unknown) {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      unknown.add(message.getDescriptorForType().getName() + message.getUnknownFields());
    }
    message
        .getAllFields()
        .forEach((field, value) -> {
          if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            List<?> values = field.isRepeated() ? (List<?>) value : List.of(value);
            values.forEach(child -> collectUnknown((Message) child, unknown));
          }
        });
  }

  private static long countFtraceEvents(DynamicMessage trace) {
    FieldDescriptor packets = trace.getDescriptorForType().findFieldByName("packet");
    long events = 0;
    for (Object packet : (List<?>) trace.getField(packets)) {
      Message message = (Message) packet;
      FieldDescriptor bundle = message.getDescriptorForType().findFieldByName("ftrace_events");
      if (message.hasField(bundle)) {
        Message content = (Message) message.getField(bundle);
        events +=
            content.getRepeatedFieldCount(content.getDescriptorForType().findFieldByName("event"));
      }
    }
    assertTrue(events > 0);
    return events;
  }
}
