// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

/**
 * A member of a struct or union, as the compiler laid it out.
 *
 * @param name its name
 * @param bitOffset from the start of the outermost struct asked for
 * @param bitSize width of a bit field, 0 for an ordinary member
 * @param size bytes of its type
 */
public record BtfMember(String name, long bitOffset, int bitSize, long size) {
  /** Bytes from the start of the struct; a bit field's is rounded down. */
  public long offset() {
    return bitOffset / 8;
  }

  /** Whether it is a bit field, which has no address of its own. */
  public boolean isBitField() {
    return bitSize != 0;
  }
}
