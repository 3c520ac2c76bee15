// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;

/**
 * A prepared call of a {@code SEC("syscall")} program: {@link #run()} takes one syscall and
 * allocates nothing. One owner thread per instance. Closing the {@link LoadedObject} ends it.
 */
public final class ProgramCall {
  /** {@code struct bpf_test_run_opts}. */
  private static final MemoryLayout OPTIONS =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("sz"),
          ADDRESS.withName("data_in"),
          ADDRESS.withName("data_out"),
          JAVA_INT.withName("data_size_in"),
          JAVA_INT.withName("data_size_out"),
          ADDRESS.withName("ctx_in"),
          ADDRESS.withName("ctx_out"),
          JAVA_INT.withName("ctx_size_in"),
          JAVA_INT.withName("ctx_size_out"),
          JAVA_INT.withName("retval"),
          JAVA_INT.withName("repeat"),
          JAVA_INT.withName("duration"),
          JAVA_INT.withName("flags"),
          JAVA_INT.withName("cpu"),
          JAVA_INT.withName("batch_size"));

  private static final long CTX_IN = offset("ctx_in");
  private static final long CTX_SIZE_IN = offset("ctx_size_in");
  private static final long RETVAL = offset("retval");

  /** The kernel takes contexts of 16 bits' size. */
  private static final int MAX_CONTEXT_BYTES = 0xffff;

  private final LoadedProgram program;
  private final MemorySegment context;
  private final MemorySegment options;
  private final long address;

  ProgramCall(LoadedProgram program, MemorySegment context, Arena arena) {
    if (!context.isNative() || context.byteSize() > MAX_CONTEXT_BYTES) {
      throw new IllegalArgumentException("context of " + program.name() + ": " + context);
    }
    this.program = program;
    this.context = context;
    options = arena.allocate(OPTIONS);
    options.set(JAVA_LONG, 0, OPTIONS.byteSize());
    options.set(ADDRESS, CTX_IN, context);
    options.set(JAVA_INT, CTX_SIZE_IN, (int) context.byteSize());
    address = options.address();
  }

  private static long offset(String member) {
    return OPTIONS.byteOffset(PathElement.groupElement(member));
  }

  /** What the program reads, and what it wrote in the last {@link #run()}. */
  public MemorySegment context() {
    return context;
  }

  /**
   * Runs the program once, on the calling thread and its CPU.
   *
   * @return what the program returned
   * @throws BpfException if the kernel did not run it
   */
  public int run() {
    int result = LibBpf.testRun(program.fd(), address);
    if (result < 0) {
      throw BpfException.failed("run", program.name(), -result, "");
    }
    return options.get(JAVA_INT, RETVAL);
  }
}
