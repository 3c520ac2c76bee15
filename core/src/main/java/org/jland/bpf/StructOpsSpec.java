// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An operations table ({@code SEC(".struct_ops.link")}) before it is loaded. Places and sizes come
 * from the object's BTF. Members that the running kernel does not have must stay 0. Not
 * thread-safe.
 */
public final class StructOpsSpec {
  private final String name;
  private final BtfStruct type;
  private final Map<BtfMember, byte[]> values = new LinkedHashMap<>();

  StructOpsSpec(String name, BtfStruct type) {
    this.name = name;
    this.type = type;
  }

  /** The table's name: that of its variable in C, and of its map. */
  public String name() {
    return name;
  }

  /** The table's type as the object declares it, for example {@code struct sched_ext_ops}. */
  public BtfStruct type() {
    return type;
  }

  /** Sets a four-byte member. */
  public StructOpsSpec setU32(String member, int value) {
    return set(member, buffer(4).putInt(value).array());
  }

  /** Sets an eight-byte member. */
  public StructOpsSpec setU64(String member, long value) {
    return set(member, buffer(8).putLong(value).array());
  }

  /**
   * Sets a text member.
   *
   * @param value without NUL
   * @throws IllegalArgumentException if it does not fit with its NUL
   */
  public StructOpsSpec setString(String member, String value) {
    BtfMember target = type.member(member);
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    if (text.length >= target.size()) {
      throw new IllegalArgumentException(
          name + "." + member + " takes " + (target.size() - 1) + " bytes, not " + value);
    }
    return set(member, buffer((int) target.size()).put(text).array());
  }

  private StructOpsSpec set(String member, byte[] value) {
    BtfMember target = type.member(member);
    if (target.isBitField() || target.size() != value.length) {
      throw new IllegalArgumentException(
          name + "." + member + " has " + target.size() + " bytes, the value " + value.length);
    }
    values.put(target, value);
    return this;
  }

  Map<BtfMember, byte[]> values() {
    return values;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
