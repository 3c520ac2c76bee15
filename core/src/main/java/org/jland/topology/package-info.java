// SPDX-License-Identifier: Apache-2.0

/** The machine: CPUs, SMT siblings, caches, NUMA nodes. Immutable, any thread. */
package org.jland.topology;
