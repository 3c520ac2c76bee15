// SPDX-License-Identifier: Apache-2.0

/**
 * What the framework needs from libc, through the FFM API.
 *
 * <p>{@code Libc} is package-private and the only one that calls libc, most of it by {@code
 * NativeCall} of the package ffi; the public classes in front of it are grouped by what they act
 * on: a thread ({@link org.jland.os.OsThread}), the process ({@link org.jland.os.OsProcess}), its
 * memory ({@link org.jland.os.LockedMemory}, {@link org.jland.os.SharedMapping}, {@link
 * org.jland.os.PageFaults}), time ({@link org.jland.os.MonotonicClock}) and signals ({@link
 * org.jland.os.Signals}); and what keeps root's power small: {@link org.jland.os.Capabilities},
 * {@link org.jland.os.SyscallFilter}, {@link org.jland.os.TrustedPath}, {@link
 * org.jland.os.TerminalText}. {@code Psx} is the only one that calls libpsx.
 *
 * <p>Nothing here keeps mutable state or owns a thread, except that {@code Signals} handlers run on
 * threads of the JVM's signal dispatcher. A failed call is an {@link org.jland.os.OsException} that
 * carries the operation and errno. Only {@link org.jland.os.OsThread#yield()}, {@link
 * org.jland.os.MonotonicClock#nowNs()} and {@link org.jland.os.PageFaults#read()} are meant for the
 * scheduler's loop; they allocate nothing.
 *
 * <p>Advisory file locks need nothing from here: {@link java.nio.channels.FileChannel#tryLock()} is
 * one already.
 */
package org.jland.os;
