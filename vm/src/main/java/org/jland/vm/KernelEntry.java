// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

/**
 * A kernel that can be booted.
 *
 * @param version which one
 * @param served whether the mirror serves it now
 * @param cached whether it is in the cache, so that it boots without a network
 */
public record KernelEntry(KernelVersion version, boolean served, boolean cached) {}
