// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes BTF by hand, good or bad. Type ids count from 1 in the order of the calls. */
final class BtfBytes {
  static final int INT = 1;
  static final int POINTER = 2;
  static final int ARRAY = 3;
  static final int STRUCT = 4;
  static final int UNION = 5;
  static final int ENUM = 6;
  static final int TYPEDEF = 8;
  static final int CONST = 10;
  static final int FUNCTION = 12;
  static final int VARIABLE = 14;
  static final int DATA_SECTION = 15;
  static final int ENUM64 = 19;
  static final int KIND_FLAG = 1 << 31;

  private final ByteArrayOutputStream types = new ByteArrayOutputStream();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private int count;

  BtfBytes() {
    strings.write(0);
  }

  /** A type with the words that follow its common part; {@code vlen} is up to the caller. */
  int type(int kind, String name, int vlen, int sizeOrType, int... words) {
    put(string(name), (kind & 0x1f) << 24 | kind & KIND_FLAG | vlen, sizeOrType);
    put(words);
    return ++count;
  }

  int integer(String name, int bytes) {
    return type(INT, name, 0, bytes, bytes * 8);
  }

  /** An offset into the strings for member and enumerator words. */
  int string(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    int at = strings.size();
    strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
    return at;
  }

  byte[] build() {
    ByteBuffer out =
        ByteBuffer.allocate(24 + types.size() + strings.size()).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    out.putInt(0).putInt(types.size()).putInt(types.size()).putInt(strings.size());
    return out.put(types.toByteArray()).put(strings.toByteArray()).array();
  }

  private void put(int... words) {
    ByteBuffer out = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    out.asIntBuffer().put(words);
    types.writeBytes(out.array());
  }
}
