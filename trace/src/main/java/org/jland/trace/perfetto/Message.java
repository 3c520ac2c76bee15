// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.perfetto;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jland.trace.model.TraceException;

/** A message being written, field by field. One owner thread. */
final class Message {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes, 256);

  /** Gets the fields of a message that is read. */
  @FunctionalInterface
  interface Visitor {
    /**
     * One field.
     *
     * @param number its number
     * @param value of a number
     * @param content of a text or message, else null
     */
    void field(int number, long value, ByteString content);
  }

  Message put(Field field, long value) {
    try {
      if (field.type() == Field.Type.FIXED64) {
        out.writeFixed64(field.number(), value);
      } else {
        // Negative int32 and int64 look alike: ten bytes.
        out.writeInt64(field.number(), value);
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Message put(Field field, String text) {
    try {
      out.writeString(field.number(), text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Message put(Field field, Message message) {
    try {
      out.writeByteArray(field.number(), message.toByteArray());
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] toByteArray() {
    try {
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Visits the fields of a message.
   *
   * @throws TraceException if it is none
   */
  static void read(ByteString message, Visitor visitor) {
    if (message == null) {
      throw new TraceException("a number where a message should be");
    }
    CodedInputStream in = message.newCodedInput();
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        int number = WireFormat.getTagFieldNumber(tag);
        switch (WireFormat.getTagWireType(tag)) {
          case WireFormat.WIRETYPE_VARINT -> visitor.field(number, in.readRawVarint64(), null);
          case WireFormat.WIRETYPE_FIXED64 ->
              visitor.field(number, in.readRawLittleEndian64(), null);
          case WireFormat.WIRETYPE_FIXED32 ->
              visitor.field(number, in.readRawLittleEndian32(), null);
          case WireFormat.WIRETYPE_LENGTH_DELIMITED -> visitor.field(number, 0, in.readBytes());
          default -> throw new TraceException("a field of an unknown kind");
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new TraceException("a damaged message: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
