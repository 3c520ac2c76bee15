// SPDX-License-Identifier: Apache-2.0

/**
 * Boots a guest with a sched_ext kernel and runs one command in it.
 *
 * <p>{@link org.jland.vm.Rig} is the way in: it lists kernels, makes what is missing in the {@link
 * org.jland.vm.Cache}, and runs a {@link org.jland.vm.GuestSpec}. Everything else serves it.
 *
 * <p>Nothing here touches the host's scheduler, network or package state: kernels and packages are
 * fetched through a private apt root in the cache, and the guest has no network but loopback.
 *
 * <p>Threads: a run belongs to the thread that calls it. Two reader threads per run copy the
 * guest's output and end with it. {@link org.jland.vm.ExitActions} owns the one shutdown hook,
 * which ends children and removes temporary files when the JVM is told to stop.
 */
package org.jland.vm;
