// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Little-endian bytes of a file that may be damaged: every read is checked and fails with a {@link
 * BpfException} that names the file, what was read and where. Immutable.
 */
final class FileBytes {
  private final String name;
  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final int base;
  private final int length;

  FileBytes(String name, byte[] bytes) {
    this(name, bytes, 0, bytes.length);
  }

  private FileBytes(String name, byte[] bytes, int base, int length) {
    this.name = name;
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.base = base;
    this.length = length;
  }

  int length() {
    return length;
  }

  /** A part of these bytes; offsets of it start at 0 again. */
  FileBytes slice(String what, long offset, long size) {
    return new FileBytes(name, bytes, check(what, offset, size), (int) size);
  }

  int u8(String what, long offset) {
    return buffer.get(check(what, offset, 1)) & 0xff;
  }

  int u16(String what, long offset) {
    return buffer.getShort(check(what, offset, 2)) & 0xffff;
  }

  /** The 32 bits as they are. */
  int i32(String what, long offset) {
    return buffer.getInt(check(what, offset, 4));
  }

  long u32(String what, long offset) {
    return i32(what, offset) & 0xffff_ffffL;
  }

  long i64(String what, long offset) {
    return buffer.getLong(check(what, offset, 8));
  }

  /** The NUL-terminated text at an offset. */
  String text(String what, long offset) {
    int start = check(what, offset, 1);
    int end = start;
    while (end < base + length && bytes[end] != 0) {
      end++;
    }
    if (end == base + length) {
      throw damaged(what + " at " + offset + " has no end");
    }
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  /** Whether the NUL-terminated text at an offset is this one. Allocates nothing. */
  boolean textEquals(String what, long offset, byte[] text) {
    int start = check(what, offset, 1);
    if (start + text.length >= base + length || bytes[start + text.length] != 0) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (bytes[start + i] != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** The exception for a fault in this file. */
  BpfException damaged(String problem) {
    return BpfException.unusable(
        "read", name, "damaged object file (" + problem + "); build or install it again");
  }

  /** The absolute index of a range, which lies inside these bytes. */
  private int check(String what, long offset, long size) {
    if (offset < 0 || size < 0 || offset > length || size > length - offset) {
      throw damaged(
          what + " at " + offset + ", " + size + " bytes, lies outside of " + length + " bytes");
    }
    return base + (int) offset;
  }
}
