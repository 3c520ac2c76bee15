// SPDX-License-Identifier: Apache-2.0
package org.jland.ffi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A C function that takes and returns integers and pointers.
 *
 * <p>The JVM makes a handful of classes for each type of function that it links, and interprets the
 * code that makes them: 15 to 40 ms each on one CPU, more than all that the function will ever do.
 * So all functions are called as one type: seven {@code long}s, result {@code long}, errno
 * captured. The C ABIs of 64-bit Linux (System V x86-64, AAPCS64, RISC-V) pass each integer or
 * pointer in a register or stack slot of its own, which a function with fewer of them does not look
 * at, and need no more than the sign extended for a narrower one; variadic functions take integers
 * in the same places. The upper half of an {@code int} that comes back is anything.
 *
 * <p>Thread-safe. Calls allocate: they are for start-up, shutdown and what is asked now and then.
 * What the scheduler's loop calls has a method handle of its own.
 */
@SuppressWarnings("restricted") // calling foreign functions is what this class is for
public final class NativeCall {

  private static final int MAX_ARGUMENTS = 7;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final MethodHandle HANDLE =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          Linker.Option.captureCallState("errno"));

  private final MemorySegment function;

  /**
   * What a function returned, and errno after it, which means something only if it failed.
   *
   * @param value all 64 bits of the result's register
   * @param errno the thread's errno
   */
  public record Result(long value, int errno) {
    /** Returns the result of a function that returns {@code int}. */
    public int asInt() {
      return (int) value;
    }
  }

  /**
   * A function at an address.
   *
   * @param function must stay loaded
   */
  public NativeCall(MemorySegment function) {
    this.function = function;
  }

  /**
   * A function of libc.
   *
   * @param name its symbol
   * @throws UnsatisfiedLinkError if there is none
   */
  public static NativeCall ofLibc(String name) {
    return new NativeCall(
        LINKER
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("libc has no " + name)));
  }

  /**
   * The address of native memory, as an argument. The caller keeps the memory alive over the call.
   *
   * @param memory native
   * @throws IllegalArgumentException if it is on the heap, where C can't reach it
   * @throws IllegalStateException if its arena is closed
   */
  public static long pointer(MemorySegment memory) {
    if (!memory.isNative()) {
      throw new IllegalArgumentException("memory on the heap given to C");
    }
    if (!memory.scope().isAlive()) {
      throw new IllegalStateException("memory of a closed arena given to C");
    }
    return memory.address();
  }

  /**
   * Calls it.
   *
   * @param arguments up to seven integers and {@link #pointer}s
   * @return the result, and errno
   */
  public Result call(long... arguments) {
    long[] a = Arrays.copyOf(arguments, MAX_ARGUMENTS);
    if (arguments.length > MAX_ARGUMENTS) {
      throw new IllegalArgumentException(arguments.length + " arguments");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long value =
          (long) HANDLE.invokeExact(function, state, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
      return new Result(value, (int) ERRNO.get(state, 0L));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Calls one that returns {@code int}.
   *
   * @param arguments as for {@link #call}
   */
  public int callInt(long... arguments) {
    return call(arguments).asInt();
  }

  /**
   * Calls one that returns a pointer.
   *
   * @param arguments as for {@link #call}
   * @return a segment of zero bytes there, maybe NULL
   */
  public MemorySegment callPointer(long... arguments) {
    return MemorySegment.ofAddress(call(arguments).value());
  }

  /**
   * What a downcall threw, to be thrown on: it throws nothing itself, so it is an Error or a bug in
   * the caller.
   *
   * @param e from {@code invokeExact}
   * @return never an Error, which is thrown here
   */
  public static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
  }
}
