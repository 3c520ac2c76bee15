// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.ftrace;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jland.trace.model.TraceException;

/**
 * Where the fields of an event lie, from the kernel's own description: {@code
 * events/SYSTEM/NAME/format}, and {@code events/header_page} for a page. Immutable.
 *
 * @param name the event's name; empty for a page
 * @param id the number that its records begin with; -1 for a page
 * @param fields by name
 */
record EventFormat(String name, int id, Map<String, Field> fields) {
  private static final Pattern NAME = Pattern.compile("^name:\\s*(\\S+)", Pattern.MULTILINE);
  private static final Pattern ID = Pattern.compile("^ID:\\s*(\\d+)", Pattern.MULTILINE);
  private static final Pattern FIELD =
      Pattern.compile(
          "^\\s*field:([^;]+);\\s*offset:(\\d+);\\s*size:(\\d+);(?:\\s*signed:(\\d+);)?",
          Pattern.MULTILINE);
  private static final Pattern LAST_WORD = Pattern.compile("(\\w+)(?:\\[[^\\]]*\\])?$");

  /** A field's place, in bytes from the record's start; {@code located} if it is a __data_loc. */
  record Field(int offset, int size, boolean signed, boolean located) {

    long read(ByteBuffer page, int record) {
      int at = record + offset;
      return switch (size) {
        case 1 -> signed ? page.get(at) : Byte.toUnsignedInt(page.get(at));
        case 2 -> signed ? page.getShort(at) : Short.toUnsignedInt(page.getShort(at));
        case 4 -> signed ? page.getInt(at) : Integer.toUnsignedLong(page.getInt(at));
        case 8 -> page.getLong(at);
        default -> throw new TraceException("a field of " + size + " bytes is no number");
      };
    }

    /** The text up to its NUL. */
    String text(ByteBuffer page, int record) {
      int at = record + offset;
      int length = size;
      if (located) {
        int place = page.getInt(at);
        at = record + (place & 0xffff);
        length = place >>> 16;
      }
      byte[] bytes = new byte[length];
      page.get(at, bytes);
      int end = 0;
      while (end < length && bytes[end] != 0) {
        end++;
      }
      return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
  }

  /**
   * Reads a description.
   *
   * @throws TraceException if it is none
   */
  static EventFormat parse(String text) {
    Matcher name = NAME.matcher(text);
    Matcher id = ID.matcher(text);
    Map<String, Field> fields = new HashMap<>();
    Matcher matcher = FIELD.matcher(text);
    while (matcher.find()) {
      Matcher word = LAST_WORD.matcher(matcher.group(1).strip());
      if (word.find()) {
        fields.put(
            word.group(1),
            new Field(
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                "1".equals(matcher.group(4)),
                matcher.group(1).contains("__data_loc")));
      }
    }
    if (fields.isEmpty()) {
      throw new TraceException("the kernel describes its trace events in a way that is not known");
    }
    return new EventFormat(
        name.find() ? name.group(1) : "", id.find() ? Integer.parseInt(id.group(1)) : -1, fields);
  }

  /**
   * Finds a field.
   *
   * @throws TraceException if the kernel's event has none of this name
   */
  Field field(String field) {
    Field found = fields.get(field);
    if (found == null) {
      throw new TraceException("this kernel's event " + name + " has no field " + field);
    }
    return found;
  }
}
