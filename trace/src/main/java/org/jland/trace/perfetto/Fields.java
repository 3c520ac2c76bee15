// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;

/** A message that was read; of a repeated field it has the last. One owner thread. */
final class Fields {
  private final Map<Integer, Long> numbers = new HashMap<>();
  private final Map<Integer, ByteString> contents = new HashMap<>();

  Fields(ByteString message) {
    if (message != null) {
      Message.read(
          message,
          (number, value, content) -> {
            if (content == null) {
              numbers.put(number, value);
            } else {
              contents.put(number, content);
            }
          });
    }
  }

  boolean has(Field field) {
    return numbers.containsKey(field.number()) || contents.containsKey(field.number());
  }

  /** 0 if it is not there, as the format has it. */
  long number(Field field) {
    return numbers.getOrDefault(field.number(), 0L);
  }

  int integer(Field field) {
    return (int) number(field);
  }

  /** Empty if it is not there, as the format has it. */
  String text(Field field) {
    return contents.getOrDefault(field.number(), ByteString.EMPTY).toStringUtf8();
  }

  ByteString content(Field field) {
    return contents.getOrDefault(field.number(), ByteString.EMPTY);
  }
}
