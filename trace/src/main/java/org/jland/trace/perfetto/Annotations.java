// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import org.jland.trace.model.TraceException;

/**
 * The annotations of a track event.
 *
 * @param numbers those that are numbers, by name
 * @param texts those that are texts, by name
 */
record Annotations(Map<String, Long> numbers, Map<String, String> texts) {

  static Annotations of(ByteString event) {
    Map<String, Long> numbers = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    Message.read(
        event,
        (number, value, content) -> {
          if (number == Field.ANNOTATIONS.number()) {
            Fields fields = new Fields(content);
            String name = fields.text(Field.ANNOTATION_NAME);
            if (fields.has(Field.ANNOTATION_TEXT)) {
              texts.put(name, fields.text(Field.ANNOTATION_TEXT));
            } else {
              numbers.put(name, fields.number(Field.ANNOTATION_INT));
            }
          }
        });
    return new Annotations(numbers, texts);
  }

  boolean has(String name) {
    return numbers.containsKey(name);
  }

  long number(String name) {
    Long value = numbers.get(name);
    if (value == null) {
      throw new TraceException("the trace lacks the annotation " + name + ": record it again");
    }
    return value;
  }

  String text(String name) {
    String value = texts.get(name);
    if (value == null) {
      throw new TraceException("the trace lacks the annotation " + name + ": record it again");
    }
    return value;
  }
}
