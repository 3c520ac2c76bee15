// SPDX-License-Identifier: Apache-2.0

/**
 * BPF objects: read, load, attach, share memory with them.
 *
 * <p>The lifecycle is in the types. {@link org.jland.bpf.BpfObjectSpec} is pure data: the object
 * file with its BTF, and what to change in it before loading; it needs neither libbpf nor
 * privileges. Its {@code load()} gives a {@link org.jland.bpf.LoadedObject} with its maps, programs
 * and global variables; that one's {@code attach()} gives {@link org.jland.bpf.AttachedOps}. Each
 * is closed in reverse order; whoever loads owns what it loaded, and a failure leaves nothing
 * behind.
 *
 * <p>{@code LibBpf} and {@code LibBpfMaps} are package-private and the only ones that call libbpf.
 * The ELF and BTF readers are our own, work on bytes, and answer damage with a {@link
 * org.jland.bpf.BpfException}. No thread is owned here. Lifecycle calls come from one thread at a
 * time; memory that was mapped may be used from any thread until its arena is closed.
 */
package org.jland.bpf;
