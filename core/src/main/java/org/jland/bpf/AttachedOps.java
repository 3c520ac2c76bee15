// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.lang.foreign.MemorySegment;

/**
 * An attached operations table. Closing it detaches it; that also cleans up after a table that the
 * kernel itself has thrown out. One thread at a time, as for its {@link LoadedObject}.
 */
public final class AttachedOps implements AutoCloseable {
  private final String name;
  private final MemorySegment link;
  private boolean closed;

  AttachedOps(String name, MemorySegment link) {
    this.name = name;
    this.link = link;
  }

  /** The table's name. */
  public String name() {
    return name;
  }

  /** Whether it was detached by {@link #close()}. */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Detaches: for sched_ext it returns when {@code ops.exit()} is through and the default scheduler
   * has all tasks again. Idempotent.
   *
   * @throws BpfException if the kernel refuses; the descriptor is closed nevertheless
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    int result = LibBpf.destroyLink(link);
    if (result < 0) {
      throw BpfException.failed("detach", name, -result, "");
    }
  }
}
