// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

/** Where the code of a program is in a BPF object; for tests that change it. */
public final class ProgramCode {
  private ProgramCode() {}

  /**
   * Returns the offset of a section's first instruction in the file.
   *
   * @param object the file
   * @param section its name, {@code struct_ops/...}
   */
  public static int offset(byte[] object, String section) {
    return Math.toIntExact(
        ElfObject.parse(new FileBytes("object", object)).section(section).orElseThrow().offset());
  }
}
