// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A program in the kernel. Valid while its {@link LoadedObject} is open.
 *
 * @param name its function's name
 * @param fd its descriptor, owned by the {@link LoadedObject}
 */
public record LoadedProgram(String name, int fd) {
  /**
   * Prepares calls of a {@code SEC("syscall")} program.
   *
   * @param context native; the program reads and writes it. Must live as long as the calls, and
   *     have at least as many bytes as the program touches
   * @param arena lifetime of the buffers, at least as long as the calls
   */
  public ProgramCall prepare(MemorySegment context, Arena arena) {
    return new ProgramCall(this, context, arena);
  }
}
