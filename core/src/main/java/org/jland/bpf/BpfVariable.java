// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

/**
 * A global variable of a BPF object.
 *
 * @param name its name in C
 * @param section {@code .rodata}, {@code .data}, {@code .bss} or one with a suffix; also the name
 *     of the map that holds it
 * @param offset in bytes, in the section
 * @param size in bytes
 */
public record BpfVariable(String name, String section, long offset, long size) {
  /** Whether it is constant once the object is loaded. */
  public boolean isReadOnly() {
    return section.startsWith(".rodata");
  }
}
