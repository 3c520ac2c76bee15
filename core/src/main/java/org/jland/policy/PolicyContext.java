// SPDX-License-Identifier: Apache-2.0
package org.jland.policy;

import org.jland.topology.Topology;

/**
 * What a policy is told before its first burst.
 *
 * @param topology the CPUs of its domain
 * @param defaultSliceNs slice of a decision that names none, ns
 */
public record PolicyContext(Topology topology, long defaultSliceNs) {}
